"""Facts on single resources that the whole engine answers: every policy of the snapshot is weighed."""
