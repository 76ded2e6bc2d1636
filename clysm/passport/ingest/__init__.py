"""From documents to facts: JSON and TOML are read exactly, and numbers become integers or decimal texts.

Source: specification, 4.2.
"""
