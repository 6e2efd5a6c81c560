"""What a project has come to: progress, and how far its people agree."""
