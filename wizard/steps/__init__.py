"""The steps of the flow, one module each; a step knows its work and no widget."""
