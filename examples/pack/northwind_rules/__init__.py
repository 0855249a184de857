"""The rules of Northwind; the folder `rules` holds them."""
