"""Which line decides: kinds of logs as programs print them, each with the words that a good answer quotes."""

import pytest

from tests.diagnostics.transcript.said import led_by, said

KINDS = [
    pytest.param(
        "WARN ==> You set the environment variable ALLOW_PLAIN=yes. For safety reasons, do not use this flag in production\nINFO  ==> Updating member in existing cluster\nError: etcdserver: member not found",
        "etcdserver: member not found",
        id="a-hint-about-a-variable-is-no-reason",
    ),
    pytest.param(
        "[error] Feature flags: orders_v2: required feature flag not enabled! It must be enabled before upgrading\n\nBOOT FAILED\n===========\n    rabbit_boot:step_0/1, line 0\n    rabbit_boot:step_1/1, line 1\n    rabbit_boot:step_2/1, line 2\n    rabbit_boot:step_3/1, line 3\n    rabbit_boot:step_4/1, line 4\n    rabbit_boot:step_5/1, line 5\n    rabbit_boot:step_6/1, line 6\n    rabbit_boot:step_7/1, line 7\n    rabbit_boot:step_8/1, line 8\n    rabbit_boot:step_9/1, line 9\n    rabbit_boot:step_10/1, line 10\n    rabbit_boot:step_11/1, line 11\n    rabbit_boot:step_12/1, line 12\n    rabbit_boot:step_13/1, line 13\n    rabbit_boot:step_14/1, line 14\n    rabbit_boot:step_15/1, line 15\n    rabbit_boot:step_16/1, line 16\n    rabbit_boot:step_17/1, line 17\n    rabbit_boot:step_18/1, line 18\n    rabbit_boot:step_19/1, line 19\n    rabbit_boot:step_20/1, line 20\n    rabbit_boot:step_21/1, line 21\n    rabbit_boot:step_22/1, line 22\n    rabbit_boot:step_23/1, line 23\n    rabbit_boot:step_24/1, line 24\n    rabbit_boot:step_25/1, line 25\n    rabbit_boot:step_26/1, line 26\n    rabbit_boot:step_27/1, line 27\n    rabbit_boot:step_28/1, line 28\n    rabbit_boot:step_29/1, line 29\n    rabbit_boot:step_30/1, line 30\n    rabbit_boot:step_31/1, line 31\n    rabbit_boot:step_32/1, line 32\n    rabbit_boot:step_33/1, line 33\n    rabbit_boot:step_34/1, line 34\n    rabbit_boot:step_35/1, line 35\n    rabbit_boot:step_36/1, line 36\n    rabbit_boot:step_37/1, line 37\n    rabbit_boot:step_38/1, line 38\n    rabbit_boot:step_39/1, line 39\nKernel pid terminated (application_controller) ({application_start_failure,rabbit,{{shutdown,boot},{rabbit,start,[normal,[]]}}})",
        "required feature flag not enabled",
        id="a-banner-and-its-steps-follow",
    ),
    pytest.param(
        "thread 'main' panicked at src/cfg.rs:9:\nsource: Custom(\"invalid digit found in string while parsing value 'tcp://10.9.0.7:8080' provided by ORDERS_PORT\")",
        "ORDERS_PORT",
        id="rust-payload",
    ),
    pytest.param(
        "warn --- invalid address - http://0.0.0.0:tcp://10.9.0.7:8080, we expect a port",
        "expect a port",
        id="a-warning-alone",
    ),
    pytest.param(
        'flag provided but not defined: -maxThings\nUsage of manager:\n  -opt0 string\n    \tdescription of invalid things 0 (default "x")\n  -opt1 string\n    \tdescription of invalid things 1 (default "x")\n  -opt2 string\n    \tdescription of invalid things 2 (default "x")\n  -opt3 string\n    \tdescription of invalid things 3 (default "x")\n  -opt4 string\n    \tdescription of invalid things 4 (default "x")\n  -opt5 string\n    \tdescription of invalid things 5 (default "x")\n  -opt6 string\n    \tdescription of invalid things 6 (default "x")\n  -opt7 string\n    \tdescription of invalid things 7 (default "x")\n  -opt8 string\n    \tdescription of invalid things 8 (default "x")\n  -opt9 string\n    \tdescription of invalid things 9 (default "x")\n  -opt10 string\n    \tdescription of invalid things 10 (default "x")\n  -opt11 string\n    \tdescription of invalid things 11 (default "x")\n  -opt12 string\n    \tdescription of invalid things 12 (default "x")\n  -opt13 string\n    \tdescription of invalid things 13 (default "x")\n  -opt14 string\n    \tdescription of invalid things 14 (default "x")\n  -opt15 string\n    \tdescription of invalid things 15 (default "x")\n  -opt16 string\n    \tdescription of invalid things 16 (default "x")\n  -opt17 string\n    \tdescription of invalid things 17 (default "x")\n  -opt18 string\n    \tdescription of invalid things 18 (default "x")\n  -opt19 string\n    \tdescription of invalid things 19 (default "x")\n  -opt20 string\n    \tdescription of invalid things 20 (default "x")\n  -opt21 string\n    \tdescription of invalid things 21 (default "x")',
        "maxThings",
        id="usage-is-folded",
    ),
    pytest.param(
        'level=info msg="starting"\nlevel=error module=gossip err="no private IP address found, and explicit IP not provided"\nlevel=error module=ring err="failed because it depends on module gossip, which has failed"\nlevel=error msg="failed services"',
        "no private IP",
        id="the-first-of-a-chain",
    ),
    pytest.param(
        "ERROR RuntimeException: java.lang.OutOfMemoryError: unable to create new native thread\nINFO Process [web] is stopped\nINFO App is stopped",
        "native thread",
        id="the-child,-not-the-parent",
    ),
    pytest.param(
        "node:internal/url:797\n    this.#updateContext(bindingUrl.parse(input, base));\n                                   ^\n\nTypeError [ERR_INVALID_URL]: Invalid URL\n    at new URL (node:internal/url:797:36)\n    at Object.<anonymous> (/app/server.js:3:13) {\n  code: 'ERR_INVALID_URL',\n  input: '//billing/x'\n}\n\nNode.js v20.1.0",
        "Invalid URL",
        id="node-url",
    ),
    pytest.param(
        "/app/config.rb:12:in `ttl': KEY_TTL must be a number of seconds, got \"15m\" (ArgumentError)\n\tfrom /app/main.rb:3:in `<main>'",
        "KEY_TTL",
        id="ruby-argument",
    ),
    pytest.param(
        'Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n    cfg = tomllib.load(f)\n  File "/usr/local/lib/python3.12/tomllib/_parser.py", line 66, in load\n    return loads(s)\ntomllib.TOMLDecodeError: Invalid value (at line 5, column 9)',
        "TOMLDecodeError",
        id="python-toml",
    ),
    pytest.param(
        "gate: /etc/gate/gate.conf:12:1: interface conversion: interface {} is bool, not int64",
        "gate.conf:12",
        id="place-in-a-file",
    ),
    pytest.param(
        'shipper: assembling sinks\nshipper: sink "s3/archive" asks for unknown codec "gzp"',
        "gzp",
        id="terse",
    ),
    pytest.param(
        "INFO ready\nERROR pool: cannot open orders-cache:11211: connection refused\nERROR sign-in failed for visitor 0: backend took too long\nERROR sign-in failed for visitor 1: backend took too long\nERROR sign-in failed for visitor 2: backend took too long\nERROR sign-in failed for visitor 3: backend took too long\nERROR sign-in failed for visitor 4: backend took too long\nERROR sign-in failed for visitor 5: backend took too long\nERROR sign-in failed for visitor 6: backend took too long\nERROR sign-in failed for visitor 7: backend took too long\nERROR sign-in failed for visitor 8: backend took too long\nERROR sign-in failed for visitor 9: backend took too long\nERROR sign-in failed for visitor 10: backend took too long\nERROR sign-in failed for visitor 11: backend took too long\nERROR sign-in failed for visitor 12: backend took too long\nERROR sign-in failed for visitor 13: backend took too long\nERROR sign-in failed for visitor 14: backend took too long\nERROR sign-in failed for visitor 15: backend took too long\nERROR sign-in failed for visitor 16: backend took too long\nERROR sign-in failed for visitor 17: backend took too long\nERROR sign-in failed for visitor 18: backend took too long\nERROR sign-in failed for visitor 19: backend took too long\nERROR sign-in failed for visitor 20: backend took too long\nERROR sign-in failed for visitor 21: backend took too long\nERROR sign-in failed for visitor 22: backend took too long\nERROR sign-in failed for visitor 23: backend took too long\nERROR sign-in failed for visitor 24: backend took too long\nERROR sign-in failed for visitor 25: backend took too long\nERROR sign-in failed for visitor 26: backend took too long\nERROR sign-in failed for visitor 27: backend took too long\nERROR sign-in failed for visitor 28: backend took too long\nERROR sign-in failed for visitor 29: backend took too long\nERROR sign-in failed for visitor 30: backend took too long\nERROR sign-in failed for visitor 31: backend took too long\nERROR sign-in failed for visitor 32: backend took too long\nERROR sign-in failed for visitor 33: backend took too long\nERROR sign-in failed for visitor 34: backend took too long\nERROR sign-in failed for visitor 35: backend took too long\nERROR sign-in failed for visitor 36: backend took too long\nERROR sign-in failed for visitor 37: backend took too long\nERROR sign-in failed for visitor 38: backend took too long\nERROR sign-in failed for visitor 39: backend took too long\nERROR sign-in failed for visitor 40: backend took too long\nERROR sign-in failed for visitor 41: backend took too long\nERROR sign-in failed for visitor 42: backend took too long\nERROR sign-in failed for visitor 43: backend took too long\nERROR sign-in failed for visitor 44: backend took too long\nERROR sign-in failed for visitor 45: backend took too long\nERROR sign-in failed for visitor 46: backend took too long\nERROR sign-in failed for visitor 47: backend took too long\nERROR sign-in failed for visitor 48: backend took too long\nERROR sign-in failed for visitor 49: backend took too long\nERROR sign-in failed for visitor 50: backend took too long\nERROR sign-in failed for visitor 51: backend took too long\nERROR sign-in failed for visitor 52: backend took too long\nERROR sign-in failed for visitor 53: backend took too long\nERROR sign-in failed for visitor 54: backend took too long\nERROR sign-in failed for visitor 55: backend took too long\nERROR sign-in failed for visitor 56: backend took too long\nERROR sign-in failed for visitor 57: backend took too long\nERROR sign-in failed for visitor 58: backend took too long\nERROR sign-in failed for visitor 59: backend took too long\nERROR sign-in failed for visitor 60: backend took too long\nERROR sign-in failed for visitor 61: backend took too long\nERROR sign-in failed for visitor 62: backend took too long\nERROR sign-in failed for visitor 63: backend took too long\nERROR sign-in failed for visitor 64: backend took too long\nERROR sign-in failed for visitor 65: backend took too long\nERROR sign-in failed for visitor 66: backend took too long\nERROR sign-in failed for visitor 67: backend took too long\nERROR sign-in failed for visitor 68: backend took too long\nERROR sign-in failed for visitor 69: backend took too long\nERROR sign-in failed for visitor 70: backend took too long\nERROR sign-in failed for visitor 71: backend took too long\nERROR sign-in failed for visitor 72: backend took too long\nERROR sign-in failed for visitor 73: backend took too long\nERROR sign-in failed for visitor 74: backend took too long\nERROR sign-in failed for visitor 75: backend took too long\nERROR sign-in failed for visitor 76: backend took too long\nERROR sign-in failed for visitor 77: backend took too long\nERROR sign-in failed for visitor 78: backend took too long\nERROR sign-in failed for visitor 79: backend took too long\nERROR sign-in failed for visitor 80: backend took too long\nERROR sign-in failed for visitor 81: backend took too long\nERROR sign-in failed for visitor 82: backend took too long\nERROR sign-in failed for visitor 83: backend took too long\nERROR sign-in failed for visitor 84: backend took too long\nERROR sign-in failed for visitor 85: backend took too long\nERROR sign-in failed for visitor 86: backend took too long\nERROR sign-in failed for visitor 87: backend took too long\nERROR sign-in failed for visitor 88: backend took too long\nERROR sign-in failed for visitor 89: backend took too long\nERROR sign-in failed for visitor 90: backend took too long\nERROR sign-in failed for visitor 91: backend took too long\nERROR sign-in failed for visitor 92: backend took too long\nERROR sign-in failed for visitor 93: backend took too long\nERROR sign-in failed for visitor 94: backend took too long\nERROR sign-in failed for visitor 95: backend took too long\nERROR sign-in failed for visitor 96: backend took too long\nERROR sign-in failed for visitor 97: backend took too long\nERROR sign-in failed for visitor 98: backend took too long\nERROR sign-in failed for visitor 99: backend took too long\nERROR sign-in failed for visitor 100: backend took too long\nERROR sign-in failed for visitor 101: backend took too long\nERROR sign-in failed for visitor 102: backend took too long\nERROR sign-in failed for visitor 103: backend took too long\nERROR sign-in failed for visitor 104: backend took too long\nERROR sign-in failed for visitor 105: backend took too long\nERROR sign-in failed for visitor 106: backend took too long\nERROR sign-in failed for visitor 107: backend took too long\nERROR sign-in failed for visitor 108: backend took too long\nERROR sign-in failed for visitor 109: backend took too long\nERROR sign-in failed for visitor 110: backend took too long\nERROR sign-in failed for visitor 111: backend took too long\nERROR sign-in failed for visitor 112: backend took too long\nERROR sign-in failed for visitor 113: backend took too long\nERROR sign-in failed for visitor 114: backend took too long\nERROR sign-in failed for visitor 115: backend took too long\nERROR sign-in failed for visitor 116: backend took too long\nERROR sign-in failed for visitor 117: backend took too long\nERROR sign-in failed for visitor 118: backend took too long\nERROR sign-in failed for visitor 119: backend took too long\nERROR sign-in failed for visitor 120: backend took too long\nERROR sign-in failed for visitor 121: backend took too long\nERROR sign-in failed for visitor 122: backend took too long\nERROR sign-in failed for visitor 123: backend took too long\nERROR sign-in failed for visitor 124: backend took too long\nERROR sign-in failed for visitor 125: backend took too long\nERROR sign-in failed for visitor 126: backend took too long\nERROR sign-in failed for visitor 127: backend took too long\nERROR sign-in failed for visitor 128: backend took too long\nERROR sign-in failed for visitor 129: backend took too long\nERROR sign-in failed for visitor 130: backend took too long\nERROR sign-in failed for visitor 131: backend took too long\nERROR sign-in failed for visitor 132: backend took too long\nERROR sign-in failed for visitor 133: backend took too long\nERROR sign-in failed for visitor 134: backend took too long\nERROR sign-in failed for visitor 135: backend took too long\nERROR sign-in failed for visitor 136: backend took too long\nERROR sign-in failed for visitor 137: backend took too long\nERROR sign-in failed for visitor 138: backend took too long\nERROR sign-in failed for visitor 139: backend took too long\nERROR sign-in failed for visitor 140: backend took too long\nERROR sign-in failed for visitor 141: backend took too long\nERROR sign-in failed for visitor 142: backend took too long\nERROR sign-in failed for visitor 143: backend took too long\nERROR sign-in failed for visitor 144: backend took too long\nERROR sign-in failed for visitor 145: backend took too long\nERROR sign-in failed for visitor 146: backend took too long\nERROR sign-in failed for visitor 147: backend took too long\nERROR sign-in failed for visitor 148: backend took too long\nERROR sign-in failed for visitor 149: backend took too long\nERROR sign-in failed for visitor 150: backend took too long\nERROR sign-in failed for visitor 151: backend took too long\nERROR sign-in failed for visitor 152: backend took too long\nERROR sign-in failed for visitor 153: backend took too long\nERROR sign-in failed for visitor 154: backend took too long\nERROR sign-in failed for visitor 155: backend took too long\nERROR sign-in failed for visitor 156: backend took too long\nERROR sign-in failed for visitor 157: backend took too long\nERROR sign-in failed for visitor 158: backend took too long\nERROR sign-in failed for visitor 159: backend took too long\nERROR sign-in failed for visitor 160: backend took too long\nERROR sign-in failed for visitor 161: backend took too long\nERROR sign-in failed for visitor 162: backend took too long\nERROR sign-in failed for visitor 163: backend took too long\nERROR sign-in failed for visitor 164: backend took too long\nERROR sign-in failed for visitor 165: backend took too long\nERROR sign-in failed for visitor 166: backend took too long\nERROR sign-in failed for visitor 167: backend took too long\nERROR sign-in failed for visitor 168: backend took too long\nERROR sign-in failed for visitor 169: backend took too long\nERROR sign-in failed for visitor 170: backend took too long\nERROR sign-in failed for visitor 171: backend took too long\nERROR sign-in failed for visitor 172: backend took too long\nERROR sign-in failed for visitor 173: backend took too long\nERROR sign-in failed for visitor 174: backend took too long\nERROR sign-in failed for visitor 175: backend took too long\nERROR sign-in failed for visitor 176: backend took too long\nERROR sign-in failed for visitor 177: backend took too long\nERROR sign-in failed for visitor 178: backend took too long\nERROR sign-in failed for visitor 179: backend took too long\nERROR sign-in failed for visitor 180: backend took too long\nERROR sign-in failed for visitor 181: backend took too long\nERROR sign-in failed for visitor 182: backend took too long\nERROR sign-in failed for visitor 183: backend took too long\nERROR sign-in failed for visitor 184: backend took too long\nERROR sign-in failed for visitor 185: backend took too long\nERROR sign-in failed for visitor 186: backend took too long\nERROR sign-in failed for visitor 187: backend took too long\nERROR sign-in failed for visitor 188: backend took too long\nERROR sign-in failed for visitor 189: backend took too long\nERROR sign-in failed for visitor 190: backend took too long\nERROR sign-in failed for visitor 191: backend took too long\nERROR sign-in failed for visitor 192: backend took too long\nERROR sign-in failed for visitor 193: backend took too long\nERROR sign-in failed for visitor 194: backend took too long\nERROR sign-in failed for visitor 195: backend took too long\nERROR sign-in failed for visitor 196: backend took too long\nERROR sign-in failed for visitor 197: backend took too long\nERROR sign-in failed for visitor 198: backend took too long\nERROR sign-in failed for visitor 199: backend took too long\nERROR sign-in failed for visitor 200: backend took too long\nERROR sign-in failed for visitor 201: backend took too long\nERROR sign-in failed for visitor 202: backend took too long\nERROR sign-in failed for visitor 203: backend took too long\nERROR sign-in failed for visitor 204: backend took too long\nERROR sign-in failed for visitor 205: backend took too long\nERROR sign-in failed for visitor 206: backend took too long\nERROR sign-in failed for visitor 207: backend took too long\nERROR sign-in failed for visitor 208: backend took too long\nERROR sign-in failed for visitor 209: backend took too long\nERROR sign-in failed for visitor 210: backend took too long\nERROR sign-in failed for visitor 211: backend took too long\nERROR sign-in failed for visitor 212: backend took too long\nERROR sign-in failed for visitor 213: backend took too long\nERROR sign-in failed for visitor 214: backend took too long\nERROR sign-in failed for visitor 215: backend took too long\nERROR sign-in failed for visitor 216: backend took too long\nERROR sign-in failed for visitor 217: backend took too long\nERROR sign-in failed for visitor 218: backend took too long\nERROR sign-in failed for visitor 219: backend took too long\nERROR sign-in failed for visitor 220: backend took too long\nERROR sign-in failed for visitor 221: backend took too long\nERROR sign-in failed for visitor 222: backend took too long\nERROR sign-in failed for visitor 223: backend took too long\nERROR sign-in failed for visitor 224: backend took too long\nERROR sign-in failed for visitor 225: backend took too long\nERROR sign-in failed for visitor 226: backend took too long\nERROR sign-in failed for visitor 227: backend took too long\nERROR sign-in failed for visitor 228: backend took too long\nERROR sign-in failed for visitor 229: backend took too long\nERROR sign-in failed for visitor 230: backend took too long\nERROR sign-in failed for visitor 231: backend took too long\nERROR sign-in failed for visitor 232: backend took too long\nERROR sign-in failed for visitor 233: backend took too long\nERROR sign-in failed for visitor 234: backend took too long\nERROR sign-in failed for visitor 235: backend took too long\nERROR sign-in failed for visitor 236: backend took too long\nERROR sign-in failed for visitor 237: backend took too long\nERROR sign-in failed for visitor 238: backend took too long\nERROR sign-in failed for visitor 239: backend took too long\nERROR sign-in failed for visitor 240: backend took too long\nERROR sign-in failed for visitor 241: backend took too long\nERROR sign-in failed for visitor 242: backend took too long\nERROR sign-in failed for visitor 243: backend took too long\nERROR sign-in failed for visitor 244: backend took too long\nERROR sign-in failed for visitor 245: backend took too long\nERROR sign-in failed for visitor 246: backend took too long\nERROR sign-in failed for visitor 247: backend took too long\nERROR sign-in failed for visitor 248: backend took too long\nERROR sign-in failed for visitor 249: backend took too long\nERROR sign-in failed for visitor 250: backend took too long\nERROR sign-in failed for visitor 251: backend took too long\nERROR sign-in failed for visitor 252: backend took too long\nERROR sign-in failed for visitor 253: backend took too long\nERROR sign-in failed for visitor 254: backend took too long\nERROR sign-in failed for visitor 255: backend took too long\nERROR sign-in failed for visitor 256: backend took too long\nERROR sign-in failed for visitor 257: backend took too long\nERROR sign-in failed for visitor 258: backend took too long\nERROR sign-in failed for visitor 259: backend took too long\nERROR sign-in failed for visitor 260: backend took too long\nERROR sign-in failed for visitor 261: backend took too long\nERROR sign-in failed for visitor 262: backend took too long\nERROR sign-in failed for visitor 263: backend took too long\nERROR sign-in failed for visitor 264: backend took too long\nERROR sign-in failed for visitor 265: backend took too long\nERROR sign-in failed for visitor 266: backend took too long\nERROR sign-in failed for visitor 267: backend took too long\nERROR sign-in failed for visitor 268: backend took too long\nERROR sign-in failed for visitor 269: backend took too long\nERROR sign-in failed for visitor 270: backend took too long\nERROR sign-in failed for visitor 271: backend took too long\nERROR sign-in failed for visitor 272: backend took too long\nERROR sign-in failed for visitor 273: backend took too long\nERROR sign-in failed for visitor 274: backend took too long\nERROR sign-in failed for visitor 275: backend took too long\nERROR sign-in failed for visitor 276: backend took too long\nERROR sign-in failed for visitor 277: backend took too long\nERROR sign-in failed for visitor 278: backend took too long\nERROR sign-in failed for visitor 279: backend took too long\nERROR sign-in failed for visitor 280: backend took too long\nERROR sign-in failed for visitor 281: backend took too long\nERROR sign-in failed for visitor 282: backend took too long\nERROR sign-in failed for visitor 283: backend took too long\nERROR sign-in failed for visitor 284: backend took too long\nERROR sign-in failed for visitor 285: backend took too long\nERROR sign-in failed for visitor 286: backend took too long\nERROR sign-in failed for visitor 287: backend took too long\nERROR sign-in failed for visitor 288: backend took too long\nERROR sign-in failed for visitor 289: backend took too long\nERROR sign-in failed for visitor 290: backend took too long\nERROR sign-in failed for visitor 291: backend took too long\nERROR sign-in failed for visitor 292: backend took too long\nERROR sign-in failed for visitor 293: backend took too long\nERROR sign-in failed for visitor 294: backend took too long\nERROR sign-in failed for visitor 295: backend took too long\nERROR sign-in failed for visitor 296: backend took too long\nERROR sign-in failed for visitor 297: backend took too long\nERROR sign-in failed for visitor 298: backend took too long\nERROR sign-in failed for visitor 299: backend took too long\nFATAL error budget used up, leaving",
        "orders-cache",
        id="the-first-of-a-flood",
    ),
    pytest.param(
        '1.6e+09\tERROR\tsetup\tproblem running manager\t{"error": "open /var/run/webhook/certs/tls.crt: no such file or directory"}',
        "tls.crt",
        id="zap-json",
    ),
    pytest.param(
        'fatal "environment check failed: nsenter [--mount=/host/proc/1/ns/mnt mdadm]: No such file or directory\\n: exit status 127"',
        "nsenter",
        id="escaped",
    ),
    pytest.param(
        'I0101 00:00:00.000000 1 main.go:1] serving\nError: Get "https://10.9.0.1:443/apis/x": context deadline exceeded',
        "deadline",
        id="api-timeout",
    ),
    pytest.param(
        'INFO Waiting for migrations... 28 second(s)\nINFO Waiting for migrations... 29 second(s)\nTraceback (most recent call last):\n  File "/x.py", line 1, in <module>\n    main()\nTimeoutError: There are still unapplied migrations after 30 seconds. MigrationHead(s) in DB: set()',
        "unapplied",
        id="python-after-waiting",
    ),
    pytest.param(
        "catalogue:9090 still missing, try 0\ncatalogue:9090 still missing, try 1\ncatalogue:9090 still missing, try 2\ncatalogue:9090 still missing, try 3\ncatalogue:9090 still missing, try 4\ncatalogue:9090 still missing, try 5\ncatalogue:9090 still missing, try 6\ncatalogue:9090 still missing, try 7\ncatalogue:9090 still missing, try 8\ncatalogue:9090 still missing, try 9\ncatalogue:9090 still missing, try 10\ncatalogue:9090 still missing, try 11\ncatalogue:9090 still missing, try 12\ncatalogue:9090 still missing, try 13\ncatalogue:9090 still missing, try 14\ncatalogue:9090 still missing, try 15\ncatalogue:9090 still missing, try 16\ncatalogue:9090 still missing, try 17",
        "catalogue:9090",
        id="waiting-only",
    ),
    pytest.param(
        '.:53\n[INFO] plugin/reload: Running configuration SHA512 = abc\nCoreDNS-1.9.3\nlinux/amd64, go1.18.2, 45b0a11\n[FATAL] plugin/loop: Loop (127.0.0.1:41000 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO 1 2."',
        "plugin/loop",
        id="loop",
    ),
    pytest.param(
        "cannot fetch ID from Metadata, specify --id instead: status code: 401, request id: ",
        "cannot fetch",
        id="metadata",
    ),
    pytest.param(
        "(Worker pid=7) ERROR 01-01 00:00:00 [core.py:1] RuntimeError: Lack of device memory. (code: -16)\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start\nINFO Waiting for 1 engine process to start",
        "device memory",
        id="worker-before-waiting",
    ),
    pytest.param(
        "ERROR refusing to start: node is not marked safe (clean=0 in state.dat). If you want to force it, set the environment variable LEDGER_FORCE_START=yes",
        "not marked safe",
        id="refusing",
    ),
    pytest.param(
        "Key file /data/.key must be accessible by owner only",
        "Key file",
        id="too-open",
    ),
    pytest.param(
        '/opt/run/lib.sh: line 90:    31 Illegal instruction     (core dumped) "$@"',
        "Illegal",
        id="illegal-instruction",
    ),
    pytest.param(
        "mkdir: cannot create directory '/shared/p': File exists",
        "File exists",
        id="mkdir",
    ),
    pytest.param(
        "/cfg/run.sh: 4: /cfg/run.sh: cannot create /data/state: Permission denied",
        "/data/state",
        id="shell-redirect",
    ),
    pytest.param(
        "Unhandled exception. System.IO.IOException: The configured user limit (128) on the number of inotify instances has been reached, or the per-process limit on the number of open file descriptors has been reached.\n   at System.IO.FileSystemWatcher.StartRaisingEvents()\n   at Microsoft.Extensions.FileProviders.Physical.PhysicalFilesWatcher.TryEnableFileSystemWatcher()",
        "inotify",
        id="dotnet-inotify",
    ),
    pytest.param(
        "Migration failed for changeset db/1.xml::1::ann: Reason: liquibase.exception.DatabaseException: Table 'ITEMS' already exists [Failed SQL: (1050) CREATE TABLE ITEMS]",
        "ITEMS",
        id="changeset",
    ),
    pytest.param(
        "connecting to inventory:8080\nthread 'main' panicked at src/main.rs:42:10:\ncalled `Result::unwrap()` on an `Err` value: Error { kind: ConnectionRefused }\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
        "unwrap",
        id="rust-connection",
    ),
    pytest.param(
        'time="2024" level=info msg="loading"\ntime="2024" level=fatal msg="cannot load config" error="yaml: line 3: did not find expected key"',
        "line 3",
        id="logrus",
    ),
    pytest.param(
        '[2024-01-01 00:00:00 +0000] [1] [INFO] Starting gunicorn 20.1.0\n[2024-01-01 00:00:00 +0000] [7] [ERROR] Exception in worker process\nTraceback (most recent call last):\n  File "/usr/lib/python3/site-packages/gunicorn/arbiter.py", line 589, in spawn_worker\n    worker.init_process()\n  File "/app/wsgi.py", line 3, in <module>\n    import flask_cors\nModuleNotFoundError: No module named \'flask_cors\'\n[2024-01-01 00:00:00 +0000] [7] [INFO] Worker exiting (pid: 7)\n[2024-01-01 00:00:00 +0000] [1] [INFO] Shutting down: Master\n[2024-01-01 00:00:00 +0000] [1] [INFO] Reason: Worker failed to boot.',
        "flask_cors",
        id="gunicorn",
    ),
    pytest.param(
        "2024-01-01 00:00:00.000 ERROR 1 --- [main] o.s.boot.SpringApplication : Application run failed\n\norg.springframework.beans.factory.BeanCreationException: Error creating bean with name 'entityManagerFactory' defined in class path resource [x]: boom; nested exception is org.hibernate.HibernateException: Access to DialectResolutionInfo cannot be null\n\tat org.springframework.A.b(A.java:1)\n\t... 16 common frames omitted\nCaused by: org.postgresql.util.PSQLException: FATAL: password authentication failed for user \"app\"\n\tat org.postgresql.A.b(A.java:1)\n\t... 20 common frames omitted",
        "password authentication",
        id="spring",
    ),
    pytest.param(
        "\n***************************\nAPPLICATION FAILED TO START\n***************************\n\nDescription:\n\nWeb server failed to start. Port 8080 was already in use.\n\nAction:\n\nIdentify and stop the process that's listening on port 8080 or configure this application to listen on another port.\n",
        "Port 8080",
        id="springfail",
    ),
    pytest.param(
        "panic: runtime error: index out of range [3] with length 3\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:12 +0x1d\nexit status 2",
        "index out of range",
        id="gopanic",
    ),
    pytest.param(
        "Error: failed to load configuration\n\nCaused by:\n    0: could not read file `/etc/app.toml`\n    1: No such file or directory (os error 2)",
        "app.toml",
        id="anyhow",
    ),
    pytest.param(
        "In Connection.php line 760:\n\n  SQLSTATE[HY000] [2002] Connection refused (SQL: select * from users)\n\n",
        "2002",
        id="laravel",
    ),
    pytest.param(
        "PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /app/db.php:12\nStack trace:\n#0 /app/db.php(12): PDO->__construct('mysql:host=db')\n#1 {main}\n  thrown in /app/db.php on line 12",
        "2002",
        id="phpfatal",
    ),
    pytest.param(
        '/docker-entrypoint.sh: Configuration complete; ready for start up\n2024/01/01 00:00:00 [emerg] 1#1: host not found in upstream "api" in /etc/nginx/conf.d/default.conf:3\nnginx: [emerg] host not found in upstream "api" in /etc/nginx/conf.d/default.conf:3',
        "upstream",
        id="nginx",
    ),
    pytest.param(
        "[WARN  tini (7)] Tini is not running as PID 1\nError: bind: address already in use",
        "bind",
        id="terraformtini",
    ),
    pytest.param(
        "** (KeyError) key :url not found in: []\n    (app 0.1.0) lib/app.ex:12: App.start/2\n    (kernel 8.5) application_master.erl:293: :application_master.start_it_old/4",
        "KeyError",
        id="elixir",
    ),
    pytest.param(
        "** (Mix) Could not start application app: App.Application.start(:normal, []) returned an error: shutdown: failed to start child: App.Repo\n    ** (EXIT) an exception was raised:\n        ** (RuntimeError) environment variable DATABASE_URL is missing.\n            (app 0.1.0) lib/app/repo.ex:5: App.Repo.init/2",
        "DATABASE_URL",
        id="elixir2",
    ),
    pytest.param(
        "Can't locate DBI.pm in @INC (you may need to install the DBI module) (@INC contains: /etc/perl) at /app/run.pl line 3.\nBEGIN failed--compilation aborted at /app/run.pl line 3.",
        "DBI.pm",
        id="perl",
    ),
    pytest.param(
        "terminate called after throwing an instance of 'std::runtime_error'\n  what():  cannot open /etc/app.conf\nAborted (core dumped)",
        "app.conf",
        id="cpp",
    ),
    pytest.param(
        '2024-01-01 00:00:00.000 UTC [1] LOG:  starting PostgreSQL 15.1\n2024-01-01 00:00:00.000 UTC [1] LOG:  could not bind IPv4 address "0.0.0.0": Address already in use\n2024-01-01 00:00:00.000 UTC [1] HINT:  Is another postmaster already running on port 5432? If not, wait a few seconds and retry.\n2024-01-01 00:00:00.000 UTC [1] WARNING:  could not create listen socket for "*"\n2024-01-01 00:00:00.000 UTC [1] FATAL:  could not create any TCP/IP sockets\n2024-01-01 00:00:00.000 UTC [1] LOG:  database system is shut down',
        "bind IPv4",
        id="pgbind",
    ),
    pytest.param(
        '(EngineCore pid=9) ERROR 01-01 00:00:00 [core.py:1] EngineCore failed to start.\n(EngineCore pid=9) ERROR 01-01 00:00:00 [core.py:1] Traceback (most recent call last):\n(EngineCore pid=9) ERROR 01-01 00:00:00 [core.py:1]   File "/x/vllm/core.py", line 1, in run\n(EngineCore pid=9) ERROR 01-01 00:00:00 [core.py:1]     self.init()\n(EngineCore pid=9) ERROR 01-01 00:00:00 [core.py:1] torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.\nTraceback (most recent call last):\n  File "/usr/bin/vllm", line 8, in <module>\n    sys.exit(main())\nRuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}',
        "CUDA",
        id="vllm",
    ),
    pytest.param(
        "[2024-01-01T00:00:00,000][ERROR][o.e.b.Elasticsearch      ] [es-0] fatal exception while booting Elasticsearch\njava.lang.IllegalStateException: failed to obtain node locks, tried [/usr/share/elasticsearch/data]; maybe these locations are not writable?\n\tat org.elasticsearch.A.b(A.java:1)\nCaused by: java.io.IOException: failed to obtain lock on /usr/share/elasticsearch/data\n\tat org.elasticsearch.A.b(A.java:1)\nCaused by: java.nio.file.NoSuchFileException: /usr/share/elasticsearch/data/node.lock\n\tat x.y.Z(A.java:1)\nERROR: Elasticsearch did not exit normally - check the logs at /usr/share/elasticsearch/logs/es.log",
        "lock",
        id="eslog",
    ),
    pytest.param(
        "[10:00:00 FTL] Host terminated unexpectedly\nSystem.InvalidOperationException: Unable to resolve service for type 'App.IFoo' while attempting to activate 'App.Bar'.\n   at Microsoft.X.Y()\n   at Program.Main() in /src/Program.cs:line 12",
        "IFoo",
        id="serilog",
    ),
    pytest.param(
        "Unhandled exception. Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.0.0.1:5432\n ---> System.Net.Sockets.SocketException (111): Connection refused\n   at System.Net.Sockets.Socket.Connect()\n   --- End of inner exception stack trace ---\n   at Npgsql.X()",
        "10.0.0.1",
        id="dotnetinner",
    ),
    pytest.param(
        "node:internal/modules/cjs/loader:1080\n  throw err;\n  ^\n\nError: Cannot find module '/app/dist/main.js'\n    at Module._resolveFilename (node:internal/modules/cjs/loader:1077:15)\n    at node:internal/main/run_main_module:23:47 {\n  code: 'MODULE_NOT_FOUND',\n  requireStack: []\n}\n\nNode.js v18.19.0\nnpm ERR! code ELIFECYCLE\nnpm ERR! Exit status 1",
        "main.js",
        id="nodemod",
    ),
    pytest.param(
        "usage: app [-h] --db DB\napp: error: the following arguments are required: --db",
        "--db",
        id="argparse",
    ),
    pytest.param(
        "Error: unknown flag: --foo\nUsage:\n  app [flags]\n\nFlags:\n  -h, --help   help for app\n\nunknown flag: --foo",
        "--foo",
        id="cobra",
    ),
    pytest.param(
        "invalid value for --level: must be one of debug, info\n\nSee 'app --help' for usage.",
        "--level",
        id="helpafter",
    ),
    pytest.param(
        "/entrypoint.sh: line 3: DATABASE_URL: unbound variable",
        "DATABASE_URL",
        id="setu",
    ),
    pytest.param(
        "INFO  [alembic.runtime.migration] Context impl PostgresqlImpl.\nERROR [alembic.util.messaging] Can't locate revision identified by '9f31c0de77ab'\nFAILED: Can't locate revision identified by '9f31c0de77ab'",
        "9f31c0de77ab",
        id="alembic",
    ),
    pytest.param(
        "[2024-01-01 00:00:00,000] ERROR Exiting Kafka due to fatal exception during startup. (kafka.Kafka$)\njava.lang.RuntimeException: Invalid cluster.id in: /data/meta.properties. Expected abc, but read def\n\tat kafka.A.b(A.scala:1)\n[2024-01-01 00:00:00,000] INFO shutting down (kafka.server)",
        "cluster.id",
        id="kafka",
    ),
    pytest.param(
        "2024-01-01T00:00:00.000Z ERROR vector::cli: Configuration error. error=unknown variant `foo`, expected one of `a`, `b` for key `sinks.x.type`",
        "sinks.x.type",
        id="tracing",
    ),
]

NOISE = {
    "deprecation": ["DeprecationWarning: pkg_resources is deprecated as an API"],
    "node-warning": ["(node:1) [DEP0040] DeprecationWarning: The `punycode` module is deprecated."],
    "logging-facade": ['SLF4J: Failed to load class "org.slf4j.impl.StaticLoggerBinder".'],
    "jvm-warning": ["OpenJDK 64-Bit Server VM warning: Options -Xverify:none were deprecated in JDK 13"],
    "reflection": ["WARNING: An illegal reflective access operation has occurred"],
    "access-log": [
        f'10.1.2.{i} - - [28/Nov/2026:10:00:{i} +0000] "GET /healthz HTTP/1.1" 200 2' for i in range(10, 40)
    ],
    "failed-requests": ['10.1.2.3 - - [28/Nov/2026:10:00:00 +0000] "GET /api/x HTTP/1.1" 500 2'] * 3,
    "telemetry": ["ERROR failed to export traces: rpc error: code = Unavailable desc = connection refused"],
    "telemetry-retry": ["Transient error StatusCode.UNAVAILABLE encountered while exporting traces to otel:4317"],
    "handshake": ["2026/11/28 10:00:00 http: TLS handshake error from 10.0.0.5:51000: EOF"],
    "client-gone": ["ERROR failed to write response to client: write tcp 10.0.0.1:8080: write: broken pipe"],
    "throttled": ["I1128 10:00:00.000000       1 request.go:668] Waited for 1.1s due to client-side throttling"],
    "npm-notice": ["npm notice New major version of npm available! 9.5.0 -> 10.2.0"],
    "pip-notice": ["[notice] A new release of pip is available: 23.0 -> 24.0"],
    "metrics": [f'http_requests_total{{code="500",handler="/error"}} {i}' for i in range(30)],
    "environment": ["NODE_ENV=production", "FAIL_ON_ERROR=false", "ERROR_PAGE=/errors/500.html"],
    "collector": ["[1.234s][info][gc] GC(12) Pause Young (Normal) (G1 Evacuation Pause) 24M->5M(64M) 3.1ms"],
    "error-reporter": ["[sentry] ERROR: failed to send event to sentry: timed out"],
    "statistics": ["WARN statsd: could not connect to 127.0.0.1:8125, metrics disabled"],
    "root-user": ["WARNING: Running pip as the 'root' user can result in broken permissions"],
    "slow-query": ["WARN slow query (1.2s): SELECT * FROM errors WHERE failed = true"],
    "at-exit": ["Exception ignored in atexit callback: <function flush at 0x7f>"],
}
AFTER = {
    "goodbye": ["exiting", "Goodbye"],
    "closing": ["INFO shutting down http server", "INFO closing database pool", "INFO bye"],
    "npm-error": ["npm ERR! code ELIFECYCLE", "npm ERR! errno 1", "npm ERR! Exit status 1"],
    "core-dump": ["Aborted (core dumped)"],
    "heap-dump": ["Heap dump file created [12345 bytes in 0.1 secs]"],
    "exit-status": ["exit status 1"],
    "supervisor": ["2026-11-28 10:00:00,882 INFO exited: app (exit status 1; not expected)"],
}


@pytest.mark.parametrize(("text", "words"), KINDS)
def test_the_deciding_line_is_the_one_an_expert_quotes(text, words):
    assert words in led_by(text)


@pytest.mark.parametrize("noise", NOISE.values(), ids=NOISE.keys())
def test_noise_before_and_after_changes_nothing(noise):
    for kind in KINDS:
        text, words = kind.values
        assert words in led_by("\n".join((*noise, text))), kind.id
        assert words in led_by("\n".join((text, *noise))), kind.id


@pytest.mark.parametrize("noise", AFTER.values(), ids=AFTER.keys())
def test_what_is_printed_on_the_way_out_changes_nothing(noise):
    for kind in KINDS:
        text, words = kind.values
        assert words in led_by("\n".join((text, *noise))), kind.id


def test_work_that_went_on_after_an_error_makes_the_later_one_lead():
    work = "\n".join(f"INFO stored order {index}" for index in range(30))
    text = f"ERROR cannot open /var/cache/a: permission denied\n{work}\nERROR invalid value for region: 'mars'"
    assert "mars" in led_by(text)


def test_what_was_recovered_from_does_not_lead():
    text = (
        "ERROR cannot connect to queue-1:5672: connection refused\nINFO connected to queue-1:5672\n"
        "INFO listening on 0.0.0.0:8080\nerror: unknown option mode"
    )
    assert "unknown option" in led_by(text)


def test_a_readable_line_always_decides():
    assert led_by("hello") == "hello"
    assert said("\n \n---").deciding is None or said("\n \n---").segments
