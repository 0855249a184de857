"""What a text gives away: kinds of secrets and their lines, found without keeping any of them."""
