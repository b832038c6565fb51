"""What Hanse decides, knowing no transport: bounded contexts, each importing only those listed below it."""
