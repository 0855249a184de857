"""Facts of KMS keys: who manages them, what grants give away, what depends on them."""
