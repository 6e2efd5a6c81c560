"""Named points tied to one another: poses, hands, faces."""
