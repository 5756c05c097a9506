"""What a program said, read as a program's output: records, crashes, and which line decides."""
