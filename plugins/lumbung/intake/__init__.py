"""What offices hand in: channels bring files, the landing area keeps them, the ledger remembers them."""
