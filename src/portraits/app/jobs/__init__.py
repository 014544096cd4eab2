"""Jobs: long work in a process of its own, seen and stopped by whoever asks."""
