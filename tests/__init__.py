"""The tests: flat, one file per module; integration/ needs real servers, bench/ prints figures."""
