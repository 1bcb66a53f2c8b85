"""The one walk of all front ends: what is shown next, asked, done through Graph and ticked."""
