//! Words that cannot be names in C.

use crate::source::names::ascii;

/// The name in C. Older compilers take only ASCII; names with `_` first are the compiler's; some capitals are macros.
pub(super) fn spell(name: &str) -> String {
    let name = ascii(name);
    let is_macro = MACROS.iter().any(|opening| name.starts_with(opening));
    match (name.starts_with('_'), is_macro || is_of_library(&name)) {
        (true, _) => format!("own{name}"),
        (false, true) => name + "_",
        (false, false) => name,
    }
}

/// Whether the standard library has a function of this name, perhaps for another type: `floor`, `floorf`, `floorl`.
fn is_of_library(name: &str) -> bool {
    let typed = ["f", "l"].iter().filter_map(|ending| name.strip_suffix(ending));
    LIBRARY.contains(&name) || typed.into_iter().any(|name| MATH.contains(&name)) || MATH.contains(&name)
}

/// Words of C and C++, and what the headers define.
#[rustfmt::skip]
pub(super) const KEYWORDS: &[&str] = &[
    "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char",
    "char16_t", "char32_t", "char8_t", "class", "co_await", "co_return", "co_yield", "compl", "complex", "concept",
    "const", "const_cast", "consteval", "constexpr", "constinit", "continue", "decltype", "default", "delete", "do",
    "double", "dynamic_cast", "else", "enum", "explicit", "export", "extern", "false", "float", "for", "friend", "goto",
    "if", "imaginary", "inline", "int", "long", "main", "mutable", "namespace", "new", "noexcept", "not", "not_eq",
    "nullptr", "operator", "or", "or_eq", "private", "protected", "public", "register", "reinterpret_cast", "requires",
    "restrict", "return", "short", "signed", "sizeof", "static", "static_assert", "static_cast", "struct", "switch",
    "template", "this", "thread_local", "throw", "true", "try", "typedef", "typeid", "typename", "typeof", "union",
    "unsigned", "using", "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq",
    // Macros, types and names of headers and compilers.
    "EOF", "I", "INFINITY", "NAN", "NULL", "WEOF", "assert", "errno", "i386", "linux", "math_errhandling", "signgam",
    "size_t", "std", "unix",
];

/// The beginnings of macros in the headers.
const MACROS: &[&str] = &[
    "DBL_",
    "DECIMAL_DIG",
    "FLT_",
    "FP_",
    "HUGE_VAL",
    "INT",
    "LDBL_",
    "MATH_ERR",
    "M_",
    "PTRDIFF_",
    "SIG_ATOMIC_",
    "SIZE_",
    "SNAN",
    "UINT",
    "WCHAR_",
    "WINT_",
];

/// Functions and macros of `math.h`, for `double`.
#[rustfmt::skip]
const MATH: &[&str] = &[
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "ceil", "copysign", "cos", "cosh", "drem", "erf",
    "erfc", "exp", "exp10", "exp2", "expm1", "fabs", "fdim", "finite", "floor", "fma", "fmax", "fmin", "fmod", "frexp",
    "gamma", "hypot", "ilogb", "isinf", "isnan", "j0", "j1", "jn", "ldexp", "lgamma", "llrint", "llround", "log",
    "log10", "log1p", "log2", "logb", "lrint", "lround", "modf", "nan", "nearbyint", "nextafter", "nexttoward", "pow",
    "pow10", "remainder", "remquo", "rint", "round", "roundeven", "scalb", "scalbln", "scalbn", "significand", "sin",
    "sincos", "sinh", "sqrt", "tan", "tanh", "tgamma", "trunc", "y0", "y1", "yn",
];

/// Other functions and macros of the standard library.
#[rustfmt::skip]
const LIBRARY: &[&str] = &[
    "abort", "abs", "aligned_alloc", "alloca", "atexit", "atof", "atoi", "atol", "atoll", "bcmp", "bcopy", "bsearch",
    "bzero", "calloc", "clearerr", "clock", "ctime", "difftime", "div", "exit", "fclose", "feof", "ferror", "fflush",
    "ffs", "fgetc", "fgets", "fopen", "fpclassify", "fprintf", "fputc", "fputs", "fread", "free", "freopen", "fscanf",
    "fseek", "ftell", "fwrite", "getc", "getchar", "getenv", "gets", "gmtime", "imaxabs", "index", "int16_t", "int32_t",
    "int64_t", "int8_t", "intmax_t", "intptr_t", "isalnum", "isalpha", "isascii", "isblank", "iscntrl", "isdigit",
    "isfinite", "isgraph", "isgreater", "isgreaterequal", "isless", "islessequal", "islessgreater", "islower",
    "isnormal", "isprint", "ispunct", "isspace", "isunordered", "isupper", "isxdigit", "labs", "ldiv", "llabs", "lldiv",
    "localtime", "malloc", "memchr", "memcmp", "memcpy", "memmove", "mempcpy", "memset", "mktime", "perror", "printf",
    "putc", "putchar", "puts", "qsort", "raise", "rand", "realloc", "remove", "rename", "rewind", "rindex", "scanf",
    "setbuf", "setvbuf", "signal", "signbit", "snprintf", "sprintf", "srand", "sscanf", "stpcpy", "stpncpy",
    "strcasecmp", "strcat", "strchr", "strcmp", "strcoll", "strcpy", "strcspn", "strdup", "strerror", "strftime",
    "strlen", "strncasecmp", "strncat", "strncmp", "strncpy", "strndup", "strpbrk", "strrchr", "strspn", "strstr",
    "strtod", "strtof", "strtok", "strtol", "strtold", "strtoll", "strtoul", "strtoull", "strxfrm", "system", "time",
    "tmpfile", "tmpnam", "toascii", "tolower", "toupper", "uint16_t", "uint32_t", "uint64_t", "uint8_t", "uintmax_t",
    "uintptr_t", "ungetc", "vfprintf", "vfscanf", "vprintf", "vscanf", "vsnprintf", "vsprintf", "vsscanf",
];
