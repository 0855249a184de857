"""Who may do what: facts from policy documents."""
