"""From a question to an answer whose every sentence opens at its source."""
