"""What a report says of a framework's requirements; it imports nothing of ours but the nouns."""
