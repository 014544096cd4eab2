"""`python -m portraits` is the command line."""

from portraits.cli import main

if __name__ == "__main__":
    main()
