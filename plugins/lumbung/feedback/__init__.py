"""What an office hears: for every file a workbook and a letter, in Indonesian, from ledger or trial alike."""
