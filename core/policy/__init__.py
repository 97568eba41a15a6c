"""Policy values and the pure rules that read them: no SQL, no clock."""
