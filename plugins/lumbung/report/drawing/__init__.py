"""What is drawn while pages are written: the map, small lines, the data of charts."""
