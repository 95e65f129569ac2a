"""What is protected: contact and proprietary fields, in tables of their own."""
