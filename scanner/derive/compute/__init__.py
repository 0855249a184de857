"""What instances, groups of them, disks and images have to do with what surrounds them."""
