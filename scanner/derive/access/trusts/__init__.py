"""What a role's trust policy asks of identity providers, services and third parties."""
