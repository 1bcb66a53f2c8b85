"""This computer: files, ports, browser, clipboard, threads, what a process may leak."""
