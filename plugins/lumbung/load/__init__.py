"""Loading: accepted rows into raw, held rows into quarantine, one transaction per submission."""
