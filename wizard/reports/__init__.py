"""What is told of a setup afterwards: status, report, reminder."""
