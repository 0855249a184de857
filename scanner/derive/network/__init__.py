"""What reaches what: facts from addresses, ports and routes."""
