"""The command line: the path of the result last, mistakes in one sentence, the right exit status."""

import io
import json
import os
import re
from pathlib import Path

import pytest

import attnviz
from attnviz import cli
from attnviz.demo import model_path
from tests.real import minilm_folder

MODEL = str(model_path())


def run(capsys, *arguments: str) -> tuple[int, list[str], str]:
    """Exit status, lines of standard output, standard error."""
    with pytest.raises(SystemExit) as ended:
        cli.main(list(arguments))
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out.splitlines(), printed.err


def header(path: Path) -> dict:
    found = re.search(r'id="attnviz-payload">(.*?)</script>', path.read_text(encoding="utf-8"), re.DOTALL)
    return json.loads(found[1])


def test_version(capsys):
    assert run(capsys, "--version") == (0, [f"attnviz {attnviz.__version__}"], "")


def test_demo_prints_the_path_of_a_page_with_both_texts(capsys, tmp_path):
    status, lines, _ = run(capsys, "demo", "-o", str(tmp_path / "demo.html"))
    assert (status, lines[-1]) == (0, str(tmp_path / "demo.html"))
    page = header(tmp_path / "demo.html")
    assert [trace["tokens"][0]["lang"] for trace in page["traces"]] == ["ja", "en"]
    assert all(layer["q"] for trace in page["traces"] for layer in trace["groups"][0]["layers"])


@pytest.mark.parametrize("view", ["explore", "head", "model", "neuron"])
def test_view_writes_the_view_asked_for(capsys, tmp_path, view):
    target = tmp_path / "x.html"
    status, lines, _ = run(
        capsys, "view", MODEL, "猫が走る。", "--pair", "犬も走る。", "--view", view, "-o", str(target)
    )
    assert (status, lines[-1]) == (0, str(target))
    assert header(target)["view"] == view
    assert 1 in header(target)["traces"][0]["tokens"][0]["segment"]


def test_a_text_may_come_from_a_file_or_from_standard_input(capsys, tmp_path, monkeypatch):
    (tmp_path / "text.txt").write_text("猫が走る。\n", encoding="utf-8")
    run(capsys, "view", MODEL, f"@{tmp_path / 'text.txt'}", "-o", str(tmp_path / "file.html"))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("猫が走る。\n".encode())))
    run(capsys, "view", MODEL, "-", "-o", str(tmp_path / "stdin.html"))
    labels = [
        header(tmp_path / name)["traces"][0]["tokens"][0]["label"] for name in ("file.html", "stdin.html")
    ]
    assert labels[0] == labels[1]
    assert "".join(labels[0][1:-1]) == "猫が走る。"


def test_a_cut_text_is_told_on_standard_error(capsys, tmp_path):
    status, lines, error = run(
        capsys, "view", MODEL, "猫 " * 100, "--truncate", "-o", str(tmp_path / "x.html")
    )
    assert status == 0
    assert len(lines) == 1
    assert "cut" in error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["view", "/no/such/folder", "猫"], "neither a folder here nor a model name"),
        (["view", MODEL, ""], "The text is empty"),
        (["view", MODEL, "猫", "--view", "heads"], "--view 'heads' is not known"),
        (["view", MODEL, "猫 " * 100], "pass --truncate to cut"),
        (["view", MODEL, "猫", "--pair", ""], "leave --pair out"),
        (["view", MODEL, "猫", "--head", "1"], "--head says nothing to --view explore: use it with neuron"),
        (["view", MODEL, "猫", "--heads", "a"], "--heads 'a' is no list of numbers"),
        (["view", MODEL, "猫", "--budget", "big"], "budget='big' is no size: write it as '32MB'"),
        (["view", MODEL, "猫", "--layers", "9"], "layer 9 asked for, but the encoder has 6 layers"),
        (["view", MODEL, "@"], "'@' names no file"),
        (["view", MODEL, "猫", "--layer", "7"], "layer 7 asked for, but the encoder has 6 layers"),
        (["view", MODEL, "@/no/such/file"], "cannot be read"),
        (["view", MODEL, "猫", "-o", "/no/such/folder/x.html"], "cannot be written"),
        (["view", MODEL, "猫", "-o", "x.pdf"], "does not end in .html"),
    ],
)
def test_a_users_mistake_is_one_line_on_standard_error_and_status_2(capsys, arguments, message):
    status, lines, error = run(capsys, *arguments)
    assert (status, lines) == (2, [])
    assert message in error
    assert "Traceback" not in error
    assert error.startswith("attnviz: ")


def test_a_file_that_is_not_utf8_is_named(capsys, tmp_path):
    (tmp_path / "sjis.txt").write_bytes("猫".encode("shift_jis"))
    status, _, error = run(capsys, "view", MODEL, f"@{tmp_path / 'sjis.txt'}")
    assert status == 2
    assert "sjis.txt' is not UTF-8 text" in error


def test_an_unknown_option_is_status_2_too(capsys):
    status, _, error = run(capsys, "view", MODEL, "猫", "--nope")
    assert status == 2
    assert "No such option" in error


def test_a_fault_of_ours_is_status_1_and_shows_its_place_with_debug(capsys, monkeypatch):
    def broken():
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("attnviz.demo.page.demo_view", broken)
    status, _, error = run(capsys, "demo")
    assert status == 1
    assert "unexpected RuntimeError: broken on purpose" in error
    with pytest.raises(RuntimeError, match="broken on purpose"):
        cli.main(["--debug", "demo"])


def test_options_choose_what_is_shown_first(capsys, tmp_path):
    path = tmp_path / "x.html"
    status, _, _ = run(
        capsys, "view", MODEL, "猫が好き", "--layer", "2", "--heads", "0,4", "--token", "1", "-o", str(path)
    )
    assert status == 0
    initial = header(path)["initial"]
    assert (initial["layer"], initial["heads"], initial["token"]) == (2, [0, 4], 1)


def test_a_budget_and_the_layers_to_be_complete_are_options(capsys, tmp_path):
    path = tmp_path / "small.html"
    arguments = ("view", str(minilm_folder()), "the cat sat on the mat " * 40, "-o", str(path))
    assert run(capsys, *arguments, "--budget", "1.5MB", "--layers", "0,4")[0] == 0
    assert path.stat().st_size <= 1_500_000
    layers = header(path)["traces"][0]["groups"][0]["layers"]
    assert [layer["coverage"] == 1 for layer in layers] == [True, False, False, False, True, False]


def test_a_closed_pipe_and_an_ascii_terminal_are_no_faults(tmp_path):
    import subprocess
    import sys

    command = [sys.executable, "-m", "attnviz", "view", MODEL, "猫", "-o", str(tmp_path / "新.html")]
    ascii_only = subprocess.run(
        command, env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, check=False
    )
    assert ascii_only.returncode == 0
    assert ascii_only.stdout.strip().endswith(b"\\u65b0.html")
    piped = subprocess.run(["bash", "-c", 'set -o pipefail; "$@" | true', "-", *command], check=False)
    assert piped.returncode == 0


def test_tokens_prints_one_line_a_token_with_its_place_and_word(capsys):
    status, lines, error = run(capsys, "tokens", MODEL, "犬㍿が𠮷 ", "--pair", "[MASK]は")
    assert (status, error) == (0, "")
    rows = [line.split("\t") for line in lines]
    assert rows[0][2:] == ["raw", "surface", "start", "end", "word", "part of speech", "remarks"]
    assert [row[2:] for row in rows[1:]] == [
        ["[CLS]", "", "", "", "", "", "added"],
        ["犬", "犬", "0", "1", "犬", "名詞", "the text"],
        ["株式", "㍿", "1", "2", "㍿", "名詞", "the text, 1/2"],
        ["会社", "㍿", "1", "2", "㍿", "名詞", "the text, 2/2"],
        ["が", "が", "2", "3", "が", "助詞", "the text"],
        ["[UNK]", "𠮷", "3", "4", "𠮷", "補助記号", "the text, unknown"],
        ["[SEP]", "", "", "", "", "", "added"],
        ["[MASK]", "[MASK]", "0", "6", "MASK", "名詞", "the pair, special"],
        ["は", "は", "6", "7", "は", "助詞", "the pair"],
        ["[SEP]", "", "", "", "", "", "added"],
    ]


def test_tokens_names_what_the_tokenizer_dropped(capsys):
    status, _, error = run(capsys, "tokens", MODEL, "犬\0猫")
    assert status == 0
    assert error == "No token stands for '猫', from character 2 of the text on.\n"


def test_tokens_shows_blanks_and_controls_by_marks(capsys):
    _, lines, _ = run(capsys, "tokens", str(minilm_folder()), "a\u200bb [SEP]\n")
    assert all("\u200b" not in line for line in lines)
    assert [line.split("\t")[3] for line in lines[1:]] == ["", "a\\u200bb", "[SEP]", ""]


@pytest.mark.parametrize("command", ["tokens", "view"])
def test_a_segmenter_that_is_not_there_is_refused(capsys, command):
    status, _, error = run(capsys, command, MODEL, "猫", "--segmenter", "juman")
    assert (status, error) == (
        2,
        "attnviz: --segmenter 'juman' is not known: the command line has 'mecab'.\n",
    )


@pytest.fixture(scope="module")
def saved(demo_lens, tmp_path_factory) -> Path:
    return demo_lens.trace("猫 " * 100, truncate=True).save(
        tmp_path_factory.mktemp("saved") / "x.safetensors"
    )


def test_a_saved_trace_is_viewed_without_its_model(capsys, tmp_path, saved):
    target = tmp_path / "x.html"
    status, lines, error = run(
        capsys,
        *("view", str(saved), "--view", "head", "--layer", "2"),
        *("--by", "word", "--hide", "special,sinks", "-o", str(target)),
    )
    assert (status, lines) == (0, [str(target)])
    assert error.startswith("The text was cut: ")
    initial = header(target)["initial"]
    assert (initial["layer"], initial["by"]) == (2, "word")
    assert initial["hide"] == ["special", "sinks"]


def test_what_cannot_be_hidden_is_named_as_the_option(capsys, tmp_path, saved):
    given = ["view", str(saved), "-o", str(tmp_path / "x.html")]
    status, lines, error = run(capsys, *given, "--hide", "stopwords")
    assert (status, lines) == (2, [])
    assert "--hide 'stopwords' is not known: use special, sinks, particles." in error
    status, _, error = run(capsys, *given, "--view", "neuron", "--hide", "sinks")
    assert status == 2
    assert "--hide says nothing to --view neuron" in error


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["猫"], "TEXT"),
        ([""], "TEXT"),
        (["--pair", "犬"], "--pair"),
        (["--target", "犬"], "--target"),
        (["--generate", "3"], "--generate"),
        (["--segmenter", "mecab"], "--segmenter"),
        (["--truncate"], "--truncate"),
        (["--lang", "ja"], "--lang"),
        (["--trust-remote-code"], "--trust-remote-code"),
    ],
)
def test_a_saved_trace_reads_no_text(capsys, saved, arguments, name):
    status, lines, error = run(capsys, "view", str(saved), *arguments)
    assert (status, lines) == (2, [])
    assert error.startswith(f"attnviz: {name} is for a model that reads a text, and ")
    assert error.endswith(f"leave {name} out, or give the model's folder.\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([MODEL], "attnviz: TEXT is missing: write it behind the model"),
        (["/no/where.safetensors"], "There is no file '/no/where.safetensors'"),
        ([f"{MODEL}/model.safetensors"], "is a safetensors file without a trace"),
    ],
)
def test_a_view_without_a_text_needs_a_saved_trace(capsys, arguments, message):
    status, lines, error = run(capsys, "view", *arguments)
    assert (status, lines) == (2, [])
    assert message in error
