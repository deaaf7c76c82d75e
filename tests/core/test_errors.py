from empathy_palettes.core.errors import ConfigError, EmpathyError, Fault


def test_a_fault_is_one_line_without_its_empty_parts() -> None:
    whole = Fault("a.toml", "inputs.swell", "'arousl' is no signal", "did you mean 'arousal'?")
    assert str(whole) == "a.toml: inputs.swell: 'arousl' is no signal: did you mean 'arousal'?"
    assert str(Fault("", "", "no room on the disk")) == "no room on the disk"


def test_an_error_carries_every_fault() -> None:
    faults = [Fault("a", "", "one"), Fault("a", "", "two")]
    error = ConfigError(faults)
    assert error.faults == tuple(faults)
    assert str(error) == "a: one\na: two"
    assert isinstance(error, EmpathyError)
    assert EmpathyError(faults[0]).faults == (faults[0],)


def test_a_fault_moves_no_cursor() -> None:
    fault = Fault("\x1b[2Jü.fs", "line 1", "it says '\u202e\x07\tvec4'\n", "\udcff öffnen")
    assert str(fault) == (r"\x1b[2Jü.fs: line 1: it says '\u202e\x07 vec4'\n: \udcff öffnen")
