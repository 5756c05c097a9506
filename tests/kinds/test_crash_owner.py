"""Whose code crashed: the frames of runtimes, libraries and native images are nobody's of the team."""

from __future__ import annotations

import pytest

from tests.kinds.world import Want, asked, check, dies

OWN = "registry.example/shop/app:2.0"
NPE = 'java.lang.NullPointerException: Cannot invoke "String.length()" because "value" is null'

CASES = {
    "native-image": (
        lambda: dies(
            f'Exception in thread "main" {NPE}\n'
            "\tat com.oracle.svm.core.containers.CgroupUtil.lambda$readStringValue$0(CgroupUtil.java:57)\n"
            "\tat java.security.AccessController.doPrivileged(AccessController.java:82)\n"
            "\tat io.quarkus.runtime.Application.start(Application.java:101)\n\tat io.quarkus.runner.GeneratedMain.main(Unknown Source)",
            image=OWN,
        ),
        Want(cause=("app-crash",), never=("Fix the code at CgroupUtil", "Fix the code at Application.java")),
    ),
    "jvm-own-frame-below": (
        lambda: dies(
            f'Exception in thread "main" {NPE}\n\tat java.base/java.util.Objects.requireNonNull(Objects.java:209)\n'
            "\tat org.springframework.core.env.Foo.resolve(Foo.java:12)\n\tat com.shop.orders.Pricing.total(Pricing.java:88)\n"
            "\tat com.shop.orders.Main.main(Main.java:9)",
            image=OWN,
        ),
        Want(cause=("app-crash",), remedy=("Pricing.java:88",), never=("Objects.java", "Foo.java")),
    ),
    "python-own-frame-above-library": (
        lambda: dies(
            'Traceback (most recent call last):\n  File "/app/main.py", line 21, in <module>\n    run()\n'
            '  File "/app/orders/price.py", line 44, in run\n    frame.merge(other)\n'
            '  File "/usr/local/lib/python3.12/site-packages/pandas/core/frame.py", line 1021, in merge\n    return op.get()\n'
            "TypeError: unsupported operand type(s) for +: 'int' and 'str'",
            image=OWN,
        ),
        Want(cause=("app-crash",), remedy=("price.py:44",), never=("frame.py",)),
    ),
    "python-only-library": (
        lambda: dies(
            'Traceback (most recent call last):\n  File "/usr/local/bin/gunicorn", line 8, in <module>\n    sys.exit(run())\n'
            '  File "/usr/local/lib/python3.12/site-packages/gunicorn/app/wsgiapp.py", line 67, in run\n    WSGIApplication().run()\n'
            "AttributeError: 'NoneType' object has no attribute 'split'",
            image=OWN,
        ),
        Want(cause=("app-crash",), never=("Fix the code at /usr/local", "wsgiapp.py:67 ")),
    ),
    "node-internal": (
        lambda: dies(
            "node:internal/process/promises:288\n            triggerUncaughtException(err, true /* fromPromise */);\n            ^\n\n"
            "TypeError: Cannot read properties of undefined (reading 'map')\n"
            "    at Array.forEach (<anonymous>)\n    at Layer.handle (/app/node_modules/express/lib/router/layer.js:95:5)\n"
            "    at render (/app/src/cart.js:31:14)\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)\n\n"
            "Node.js v20.11.0",
            image=OWN,
        ),
        Want(cause=("app-crash",), remedy=("cart.js:31",), never=("layer.js", "task_queues")),
    ),
    "go-stdlib-frames": (
        lambda: dies(
            "panic: runtime error: slice bounds out of range [:5] with capacity 3\n\ngoroutine 1 [running]:\n"
            "strings.genSplit({0xc0000a, 0x3}, {0x0, 0x0}, 0x0, 0x5)\n\t/usr/local/go/src/strings/strings.go:249 +0x1d\n"
            "github.com/sirupsen/logrus.(*Entry).write(...)\n\t/go/pkg/mod/github.com/sirupsen/logrus@v1.9.3/entry.go:250 +0x1c\n"
            "shop.example/orders/pkg/price.Total(...)\n\t/src/pkg/price/total.go:41 +0x2c\nmain.main()\n\t/src/main.go:12 +0x1d",
            2,
            image=OWN,
        ),
        Want(cause=("app-crash",), remedy=("total.go:41",), never=("strings.go", "entry.go")),
    ),
    "ruby-gem-frames": (
        lambda: dies(
            "/usr/local/bundle/gems/activerecord-7.1.2/lib/active_record/base.rb:31:in `resolve': undefined method `name' for nil:NilClass"
            " (NoMethodError)\n\tfrom /usr/local/bundle/gems/railties-7.1.2/lib/rails/engine.rb:88:in `run'\n"
            "\tfrom /app/config/initializers/tenants.rb:7:in `<main>'",
            image=OWN,
        ),
        Want(cause=("app-crash",), remedy=("tenants.rb:7",), never=("base.rb:31:", "engine.rb:88:")),
    ),
    "php-vendor": (
        lambda: dies(
            "PHP Fatal error:  Uncaught TypeError: strlen(): Argument #1 ($string) must be of type string, array given in"
            " /app/vendor/acme/text/src/Text.php:31\nStack trace:\n#0 /app/vendor/acme/text/src/Text.php(31): strlen(Array)\n"
            "#1 /app/src/Cart.php(77): Acme\\Text->size(Array)\n#2 {main}\n  thrown in /app/vendor/acme/text/src/Text.php on line 31",
            255,
            image=OWN,
        ),
        Want(cause=("app-crash",), remedy=("Cart.php:77",), never=("code at /app/vendor",)),
    ),
    "dotnet-framework": (
        lambda: dies(
            "Unhandled exception. System.NullReferenceException: Object reference not set to an instance of an object.\n"
            "   at System.Collections.Generic.Dictionary`2.get_Item(TKey key) in System.Private.CoreLib.dll:line 0\n"
            "   at Microsoft.Extensions.Hosting.HostBuilder.Build() in /_/src/HostBuilder.cs:line 12\n"
            "   at Shop.Orders.Pricing.Total(Cart cart) in /src/Pricing.cs:line 41",
            134,
            image=OWN,
        ),
        Want(cause=("app-crash",), remedy=("Pricing.cs:41",), never=("HostBuilder.cs",)),
    ),
    "rust-std-frames": (
        lambda: dies(
            "thread 'main' panicked at /rustc/9fc6b43126469e3858e2fe86cafb4f0fd5068869/library/core/src/option.rs:1965:5:\n"
            "called `Option::unwrap()` on a `None` value\nstack backtrace:\n   0: rust_begin_unwind\n"
            "             at /rustc/9fc6b43126469e3858e2fe86cafb4f0fd5068869/library/std/src/panicking.rs:665:5\n"
            "   1: core::option::unwrap_failed\n"
            "             at /rustc/9fc6b43126469e3858e2fe86cafb4f0fd5068869/library/core/src/option.rs:1965:5\n"
            "   2: orders::price::total\n             at ./src/price.rs:41:9",
            101,
            image=OWN,
        ),
        Want(cause=("app-crash",), remedy=("price.rs:41",), never=("option.rs:1965: a restart", "panicking.rs")),
    ),
    "elixir-stdlib": (
        lambda: dies(
            "** (Mix) Could not start application orders: exited in: Orders.Application.start(:normal, [])\n"
            "    ** (EXIT) an exception was raised:\n"
            "        ** (FunctionClauseError) no function clause matching in String.split/2\n"
            '            (elixir 1.15.7) lib/string.ex:479: String.split(nil, ",")\n'
            "            (orders 0.1.0) lib/orders/application.ex:12: Orders.Application.start/2",
            image=OWN,
        ),
        Want(cause=("app-crash",), remedy=("application.ex:12",), never=("string.ex:479:",)),
    ),
    # a crash that came with a version is said as the version's
    "new-version-does-this": (
        lambda: dies(
            f'Exception in thread "main" {NPE}\n\tat io.quarkus.runtime.Application.start(Application.java:101)',
            image="registry.example/shop/app:2.1",
            before={"image": "registry.example/shop/app:2.0"},
        ),
        Want(cause=("app-crash",), remedy=("rollout undo", "--to-revision=1"), says=("2.1", "2.0"), undo=True),
    ),
    "new-version-ends-by-itself": (
        lambda: dies(
            'level=info msg="detected pipe from stdin"\nlevel=info msg="server listening on addresses" http=[::]:3101\n'
            'level=info msg="Starting shipper"\n',
            0,
            kind="DaemonSet",
            image="registry.example/tools/shipper:1.4.1",
            before={"image": "registry.example/tools/shipper:1.4.0"},
            args=["-config.file=/etc/shipper.yaml"],
        ),
        Want(
            cause=("exits-cleanly",),
            says=("1.4.1",),
            never=("lives from its standard input", "stdin: true", "as a Job"),
            undo=True,
        ),
    ),
    "same-version-says-nothing-of-versions": (
        lambda: dies(
            f'Exception in thread "main" {NPE}\n\tat com.shop.Main.main(Main.java:9)',
            image=OWN,
            before={"env": {"A": "1"}},
        ),
        Want(cause=("app-crash",), never=("new version", "version 2.0 does")),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_crash_owner(case):
    built, want = CASES[case]
    check(asked(built()), want)


SCRIPTS = {
    "python -c": (
        'Traceback (most recent call last):\n  File "<string>", line 8, in <module>\n  File "<string>", line 5, in score\n'
        "ZeroDivisionError: division by zero",
        "score, line 5 of the script that it is given on its command line",
    ),
    "python -c through a library": (
        'Traceback (most recent call last):\n  File "<string>", line 9, in <module>\n'
        '  File "/usr/local/lib/python3.12/site-packages/pandas/core/frame.py", line 1021, in apply\n    return op.get()\n'
        "  File \"<string>\", line 4, in score\nKeyError: 'rate'",
        "score, line 4 of the script that it is given on its command line",
    ),
    "python -": (
        "Traceback (most recent call last):\n  File \"<stdin>\", line 5, in score\nKeyError: 'rate'",
        "score, line 5 of the script that it is given on its standard input",
    ),
    "node -e": (
        "[eval]:1\nconst score = (a) => a.b.c;\n                       ^\n\n"
        "TypeError: Cannot read properties of undefined (reading 'c')\n    at score ([eval]:1:24)\n    at [eval]:2:1\n"
        "    at runScriptInThisContext (node:internal/vm:209:10)\n\nNode.js v20.11.0",
        "score, line 1 of the script that it is given on its command line",
    ),
    "ruby -e": (
        "-e:1:in `score': divided by 0 (ZeroDivisionError)\n\tfrom -e:1:in `<main>'",
        "score, line 1 of the script that it is given on its command line",
    ),
}
"""What interpreters print of a script that has no file, and where the fault in it is."""


@pytest.mark.parametrize("image", ["python:3.12-slim", "ruby:3.3", OWN])
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_on_the_command_line_is_no_library_and_no_images_own(name, image):
    log, place = SCRIPTS[name]
    told = asked(dies(log, image=image))
    check(told, Want(cause=("app-crash",), remedy=(place,), never=("library's", "release of", "among the issues")))


LIBRARIES = {
    "a package folder": (
        'Traceback (most recent call last):\n  File "/usr/local/bin/gunicorn", line 8, in <module>\n    sys.exit(run())\n'
        '  File "/usr/local/lib/python3.12/site-packages/gunicorn/app/wsgiapp.py", line 67, in run\n    WSGIApplication().run()\n'
        "AttributeError: 'NoneType' object has no attribute 'split'",
        "library's (gunicorn)",
    ),
    "a scoped package": (
        "/app/node_modules/@acme/rates/index.js:7\n    return rate.value\n                ^\n\n"
        "TypeError: Cannot read properties of undefined (reading 'value')\n"
        "    at score (/app/node_modules/@acme/rates/index.js:7:17)\n\nNode.js v20.11.0",
        "library's (@acme/rates)",
    ),
    "a script that only calls one": (
        'Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n'
        '  File "/usr/local/lib/python3.12/site-packages/rates/cli.py", line 12, in main\n    score()\n'
        "AttributeError: 'NoneType' object has no attribute 'split'",
        "library's (rates)",
    ),
    "the runtime's own file": (
        'Traceback (most recent call last):\n  File "<frozen runpy>", line 198, in _run_module_as_main\n'
        '  File "/usr/local/lib/python3.12/json/decoder.py", line 12, in decode\n    x\n'
        "AttributeError: 'NoneType' object has no attribute 'split'",
        "",
    ),
}
"""Traces without a frame of the program's own, and the library that is to be named; empty: none is."""


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_is_named_by_its_folder_and_never_by_a_function(name):
    log, library = LIBRARIES[name]
    told = asked(dies(log, image=OWN))
    check(told, Want(cause=("app-crash",), remedy=(library,), never=("(score)", "(run)", "(main)", "(decode)")))
