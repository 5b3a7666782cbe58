"""Who may ask: parse, call one service, render."""
