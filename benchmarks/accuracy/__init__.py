"""How well fingerprints find changed copies, how rarely they confuse unrelated pictures: docs/accuracy.md's figures."""
