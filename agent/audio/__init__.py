"""Sound: clips read and written, the microphone, and where in it somebody speaks. Knows no model and no screen."""
