"""Which actions, resource types and condition keys AWS's services have, packed into one file and read as needed."""
