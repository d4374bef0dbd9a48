"""What an office gets before it sends anything: a workbook to fill in and the published rules."""
