"""The symbolic search: is there any request that some policies allow and others do not?"""
