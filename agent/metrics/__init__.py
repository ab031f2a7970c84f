"""Every exported series: what it is called, which label values it may take, how it is counted and shown."""
