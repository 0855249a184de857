# The estate of test_four_ways.py in Terraform; plan.json beside this file is what Terraform planned of it.
terraform {
  required_providers { aws = { source = "hashicorp/aws" } }
}
provider "aws" { region = "eu-west-1" }

resource "aws_s3_account_public_access_block" "account" {
  block_public_acls       = false
  block_public_policy     = false
  ignore_public_acls      = false
  restrict_public_buckets = false
}
resource "aws_ec2_instance_metadata_defaults" "account" {
  http_tokens   = "optional"
  http_endpoint = "enabled"
}

resource "aws_kms_key" "good" {
  description         = "fw-good"
  enable_key_rotation = true
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Root", Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:root" }, Action = "kms:*", Resource = "*" }]
  })
}
resource "aws_kms_key" "bad" {
  description         = "fw-bad"
  enable_key_rotation = false
}
resource "aws_kms_key_policy" "bad" {
  key_id = aws_kms_key.bad.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "Root", Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:root" }, Action = "kms:*", Resource = "*" },
      { Sid = "Everyone", Effect = "Allow", Principal = { AWS = "*" }, Action = "kms:Decrypt", Resource = "*" },
    ]
  })
}

resource "aws_s3_bucket" "ledger" { bucket = "fw-ledger" }
resource "aws_s3_bucket_public_access_block" "ledger" {
  bucket                  = aws_s3_bucket.ledger.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
resource "aws_s3_bucket_versioning" "ledger" {
  bucket = aws_s3_bucket.ledger.id
  versioning_configuration { status = "Enabled" }
}
resource "aws_s3_bucket_server_side_encryption_configuration" "ledger" {
  bucket = aws_s3_bucket.ledger.bucket
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.good.arn
    }
    bucket_key_enabled = true
  }
}
resource "aws_s3_bucket_policy" "ledger" {
  bucket = aws_s3_bucket.ledger.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Sid = "Tls", Effect = "Deny", Principal = "*", Action = "s3:*", Resource = ["arn:aws:s3:::fw-ledger", "arn:aws:s3:::fw-ledger/*"],
    Condition = { Bool = { "aws:SecureTransport" = "false" } } }]
  })
}

resource "aws_s3_bucket" "site" { bucket = "fw-site" }
resource "aws_s3_bucket_public_access_block" "site" {
  bucket                  = aws_s3_bucket.site.id
  block_public_acls       = true
  block_public_policy     = false
  ignore_public_acls      = true
  restrict_public_buckets = false
}
resource "aws_s3_bucket_policy" "site" {
  bucket = aws_s3_bucket.site.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Everyone", Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "arn:aws:s3:::fw-site/*" }]
  })
}

resource "aws_s3_bucket" "legacy" { bucket = "fw-legacy" }
resource "aws_s3_bucket_public_access_block" "legacy" {
  bucket                  = aws_s3_bucket.legacy.id
  block_public_acls       = false
  block_public_policy     = false
  ignore_public_acls      = false
  restrict_public_buckets = false
}
resource "aws_s3_bucket_ownership_controls" "legacy" {
  bucket = aws_s3_bucket.legacy.id
  rule { object_ownership = "ObjectWriter" }
}
resource "aws_s3_bucket_acl" "legacy" {
  bucket = aws_s3_bucket.legacy.id
  acl    = "public-read"
}
resource "aws_s3_bucket_versioning" "legacy" {
  bucket = aws_s3_bucket.legacy.id
  versioning_configuration { status = "Suspended" }
}

resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_security_group" "web" {
  name        = "fw-web"
  description = "fw-web"
  vpc_id      = aws_vpc.main.id
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_security_group" "admin" {
  name        = "fw-admin"
  description = "fw-admin"
  vpc_id      = aws_vpc.main.id
}
resource "aws_vpc_security_group_ingress_rule" "ssh" {
  for_each          = toset(["0.0.0.0/1", "128.0.0.0/1"])
  security_group_id = aws_security_group.admin.id
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
}
resource "aws_security_group_rule" "rdp" {
  type              = "ingress"
  security_group_id = aws_security_group.admin.id
  protocol          = "tcp"
  from_port         = 3389
  to_port           = 3389
  ipv6_cidr_blocks  = ["::/0"]
}
resource "aws_security_group" "open" {
  name        = "fw-open"
  description = "fw-open"
  vpc_id      = aws_vpc.main.id
  ingress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_launch_template" "host" {
  name          = "fw-host"
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "optional"
  }
  network_interfaces {
    device_index                = 0
    associate_public_ip_address = true
    security_groups             = [aws_security_group.web.id]
  }
}
resource "aws_instance" "host" {
  launch_template {
    id      = aws_launch_template.host.id
    version = "$Latest"
  }
  tags = { Name = "fw-host" }
}

resource "aws_db_instance" "db" {
  identifier                          = "fw-db"
  engine                              = "postgres"
  engine_version                      = "16.3"
  instance_class                      = "db.t3.micro"
  allocated_storage                   = 20
  username                            = "keeper"
  password                            = "planted-secret"
  storage_encrypted                   = true
  kms_key_id                          = aws_kms_key.good.arn
  multi_az                            = true
  backup_retention_period             = 7
  deletion_protection                 = true
  copy_tags_to_snapshot               = true
  iam_database_authentication_enabled = true
  enabled_cloudwatch_logs_exports     = ["upgrade", "postgresql"]
  skip_final_snapshot                 = true
}
resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = 8
  type              = "gp3"
  encrypted         = true
  tags              = { Name = "fw-data" }
}

resource "aws_iam_role" "role" {
  name               = "fw-role"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
resource "aws_iam_role_policy_attachment" "role" {
  role       = aws_iam_role.role.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
resource "aws_iam_role_policy" "role" {
  name   = "fw-inline"
  role   = aws_iam_role.role.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
resource "aws_iam_group" "ops" { name = "fw-ops" }
resource "aws_iam_group_policy_attachment" "ops" {
  group      = aws_iam_group.ops.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
resource "aws_iam_user" "user" { name = "fw-user" }
resource "aws_iam_user_policy" "user" {
  name   = "fw-inline"
  user   = aws_iam_user.user.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
resource "aws_iam_user_group_membership" "user" {
  user   = aws_iam_user.user.name
  groups = [aws_iam_group.ops.name]
}
resource "aws_iam_account_password_policy" "account" {
  minimum_password_length = 14
  require_symbols         = true
}
