"""What has been counted, what Prometheus has seen of it, and which offsets may therefore be committed."""
