"""Terraform plans and CloudFormation templates, brought into the shape of the live account."""
