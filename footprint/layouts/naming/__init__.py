"""What captions, words, signs and numbers mean: in general, and as one system writes its bills."""
