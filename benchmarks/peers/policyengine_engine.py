"""The nation in policyengine-core, written as a country package would."""

from peers.country import main

if __name__ == "__main__":
    main("policyengine_core")
