"""EC2: which attribute of a launch template is which member of ResponseLaunchTemplateData.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResponseLaunchTemplateData.html
"""

from __future__ import annotations

from scanner.iac.terraform import values
from scanner.iac.terraform.fields import Field, block, blocks, names, secret, strings

METADATA = (
    Field("HttpTokens", "http_tokens", values.text),
    Field("HttpEndpoint", "http_endpoint", values.text),
    Field("HttpPutResponseHopLimit", "http_put_response_hop_limit", values.number),
    Field("HttpProtocolIpv6", "http_protocol_ipv6", values.text),
    Field("InstanceMetadataTags", "instance_metadata_tags", values.text),
)

_EBS = block(
    Field("Encrypted", "encrypted", values.boolean),
    Field("DeleteOnTermination", "delete_on_termination", values.boolean),
    Field("KmsKeyId", "kms_key_id", values.identifier),
    Field("SnapshotId", "snapshot_id", values.identifier),
    Field("VolumeSize", "volume_size", values.number),
    Field("VolumeType", "volume_type", values.text),
    Field("Iops", "iops", values.number),
    Field("Throughput", "throughput", values.number),
)
_INTERFACE = (
    Field("AssociateCarrierIpAddress", "associate_carrier_ip_address", values.boolean),
    Field("AssociatePublicIpAddress", "associate_public_ip_address", values.boolean),
    Field("DeleteOnTermination", "delete_on_termination", values.boolean),
    Field("Description", "description", values.text),
    Field("DeviceIndex", "device_index", values.number),
    Field("Groups", "security_groups", names),
    Field("InterfaceType", "interface_type", values.text),
    Field("Ipv6AddressCount", "ipv6_address_count", values.number),
    Field("NetworkCardIndex", "network_card_index", values.number),
    Field("NetworkInterfaceId", "network_interface_id", values.identifier),
    Field("PrivateIpAddress", "private_ip_address", values.text),
    Field("SubnetId", "subnet_id", values.identifier),
)
_PROFILE = block(Field("Arn", "arn", values.identifier), Field("Name", "name", values.identifier))
_PLACEMENT = block(
    Field("Affinity", "affinity", values.text),
    Field("AvailabilityZone", "availability_zone", values.text),
    Field("GroupName", "group_name", values.text),
    Field("HostId", "host_id", values.identifier),
    Field("PartitionNumber", "partition_number", values.number),
    Field("SpreadDomain", "spread_domain", values.text),
    Field("Tenancy", "tenancy", values.text),
)
_CPU = block(
    Field("AmdSevSnp", "amd_sev_snp", values.text),
    Field("CoreCount", "core_count", values.number),
    Field("ThreadsPerCore", "threads_per_core", values.number),
)
_CAPACITY_TARGET = block(
    Field("CapacityReservationId", "capacity_reservation_id", values.identifier),
    Field("CapacityReservationResourceGroupArn", "capacity_reservation_resource_group_arn", values.identifier),
)
_CAPACITY = block(
    Field("CapacityReservationPreference", "capacity_reservation_preference", values.text),
    Field("CapacityReservationTarget", "capacity_reservation_target", _CAPACITY_TARGET),
)
_MARKET = block(
    Field("MarketType", "market_type", values.text),
    Field(
        "SpotOptions",
        "spot_options",
        block(
            Field("InstanceInterruptionBehavior", "instance_interruption_behavior", values.text),
            Field("MaxPrice", "max_price", values.text),
            Field("SpotInstanceType", "spot_instance_type", values.text),
        ),
    ),
)
_PRIVATE_DNS = block(
    Field("HostnameType", "hostname_type", values.text),
    Field("EnableResourceNameDnsARecord", "enable_resource_name_dns_a_record", values.boolean),
    Field("EnableResourceNameDnsAAAARecord", "enable_resource_name_dns_aaaa_record", values.boolean),
)

TEMPLATE = (
    Field(
        "BlockDeviceMappings",
        "block_device_mappings",
        blocks(
            Field("DeviceName", "device_name", values.text),
            Field("VirtualName", "virtual_name", values.text),
            Field("NoDevice", "no_device", values.text),
            Field("Ebs", "ebs", _EBS),
        ),
    ),
    Field("CapacityReservationSpecification", "capacity_reservation_specification", _CAPACITY),
    Field("CpuOptions", "cpu_options", _CPU),
    Field("CreditSpecification", "credit_specification", block(Field("CpuCredits", "cpu_credits", values.text))),
    Field("DisableApiStop", "disable_api_stop", values.boolean),
    Field("DisableApiTermination", "disable_api_termination", values.boolean),
    Field("EbsOptimized", "ebs_optimized", values.boolean),
    Field("EnclaveOptions", "enclave_options", block(Field("Enabled", "enabled", values.boolean))),
    Field("HibernationOptions", "hibernation_options", block(Field("Configured", "configured", values.boolean))),
    Field("IamInstanceProfile", "iam_instance_profile", _PROFILE),
    Field("ImageId", "image_id", values.identifier),
    Field("InstanceInitiatedShutdownBehavior", "instance_initiated_shutdown_behavior", values.text),
    Field("InstanceMarketOptions", "instance_market_options", _MARKET),
    Field("InstanceType", "instance_type", values.text),
    Field("KernelId", "kernel_id", values.text),
    Field("KeyName", "key_name", values.identifier),
    Field(
        "LicenseSpecifications",
        "license_specification",
        blocks(Field("LicenseConfigurationArn", "license_configuration_arn", values.identifier)),
    ),
    Field("MaintenanceOptions", "maintenance_options", block(Field("AutoRecovery", "auto_recovery", values.text))),
    Field("MetadataOptions", "metadata_options", block(*METADATA)),
    Field("Monitoring", "monitoring", block(Field("Enabled", "enabled", values.boolean))),
    Field("NetworkInterfaces", "network_interfaces", blocks(*_INTERFACE)),
    Field("Placement", "placement", _PLACEMENT),
    Field("PrivateDnsNameOptions", "private_dns_name_options", _PRIVATE_DNS),
    Field("RamDiskId", "ram_disk_id", values.text),
    Field("SecurityGroupIds", "vpc_security_group_ids", names),
    Field("SecurityGroups", "security_group_names", strings),
    Field("UserData", "user_data", secret),
)
"""A member that a template does not say is absent: then something else decides at launch."""
