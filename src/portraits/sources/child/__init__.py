"""The child: everything that parses untrusted files, run in a process of its own with limits."""
