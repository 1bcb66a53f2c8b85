"""The commands without questions: data on standard output, narration on standard error."""
