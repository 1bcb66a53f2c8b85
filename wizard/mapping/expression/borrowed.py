"""Functions that people bring along from other languages, and what this one has instead.

The names come from Excel and VBA, SQL, PowerShell, Power Automate, Python, JavaScript, and from
the expressions of Okta, Workday and SailPoint. What a name means decides, not how it is spelled:
Concat is no Count.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from wizard.mapping.expression.habits import NO_VALUE
from wizard.mapping.expression.table import FUNCTIONS

_JOIN = 'Did you mean Join or Append? Join(" ", [givenName], [surname])'
_LOGIC = (
    'There is no AND and no OR: put one IIF into another, IIF([a] = "x", IIF([b] = "y", "both", '
    '"one"), "none"), or list the values in a Switch.'
)
_IF = 'Did you mean IIF? IIF([country] = "US", "yes", "no")'
_SWITCH = 'Did you mean Switch? Switch([country], "other", "US", "one", "DE", "two")'
_TRIM = (
    "Did you mean StripSpaces, which takes out all blanks? Those at both ends alone: "
    'Replace([city], , "^\\\\s+|\\\\s+$", , "", , )'
)
_MID = "Did you mean Mid or Left? Mid([mail], 1, 5) begins at the first character, which is 1."
_RIGHT = (
    "There is no Right: the last four characters are "
    'Replace([employeeId], , "^.*(?=.{4}$)", , "", , )'
)
_DEFAULT = (
    'Did you mean Coalesce, Switch or IgnoreFlowIfNullOrEmpty? Coalesce([mail], "none") stands in '
    'for what is absent, Switch([mail], [mail], "", "none") for empty text too.'
)
_PRESENT = 'Did you mean IsPresent? It asks whether there is a value; "" counts as none.'
_EMPTY = "Did you mean IsNullOrEmpty? It asks whether there is no value."
_IN_STR = (
    'Did you mean InStr? InStr([mail], "@") yields the place where it begins, and 0 where it '
    "is not; scoping filters have Includes."
)
_STARTS = 'Did you mean Left? IIF(Left([city], 3) = "New", "yes", "no")'
_ENDS = (
    'Did you mean Word or Split? Word([mail], 2, "@") is what stands behind the @; scoping '
    "filters have ENDS_WITH."
)
_PART = 'Did you mean Word? Word([mail], 1, "@") is what stands before the @, and 2 behind it.'
_UPPER = "Did you mean ToUpper? ToUpper([country])"
_LOWER = "Did you mean ToLower? ToLower([mail])"
_PROPER = "Did you mean PCase? PCase([displayName])"
_LENGTH = "Did you mean Len? Len([mail]) counts characters, Count([otherMails]) values."
_REPLACE = (
    'Did you mean Replace? Replace([city], " ", , , "_", , ); a pattern is its third argument, '
    'as in Replace([mobile], , "[^0-9]", , "", , )'
)
_FORMAT = (
    "Did you mean FormatDateTime or Join? FormatDateTime(CDate([employeeHireDate]), , "
    '"M/d/yyyy h:mm:ss tt", "yyyy-MM-dd"); texts are put together with Join.'
)
_DATE_PART = 'Did you mean FormatDateTime? FormatDateTime(Now(), , "M/d/yyyy h:mm:ss tt", "yyyy")'
_NOW = "Did you mean Now? Now() is the time in UTC."
_TO_DATE = "Did you mean CDate? CDate([employeeHireDate])"
_ADD = 'Did you mean DateAdd? DateAdd("d", 30, CDate([employeeHireDate]))'
_DIFFERENCE = 'Did you mean DateDiff? DateDiff("d", CDate([employeeHireDate]), Now())'
_TEXT = "Did you mean CStr? Most values are text already and need none."
_NUMBER = "Values need not be made numbers: where a number is wanted, its digits as text will do."
_ARITHMETIC = (
    "There is no arithmetic. Cut a text with Word or Item(Split(...)), and reckon with dates by "
    "DateAdd and DateDiff."
)
_ITEM = "Did you mean Item? Item([proxyAddresses], 1) is the first value."
_SPLIT = 'Did you mean Split? Item(Split([mail], "@"), 1) is what stands before the @.'
_ACCENTS = "Did you mean NormalizeDiacritics? NormalizeDiacritics([givenName])"
_UNIQUE = "Did you mean RemoveDuplicates? RemoveDuplicates([proxyAddresses])"
_GUID = "Did you mean Guid? Guid() is another one each time; [objectId] stays."
_RANDOM = "Did you mean RandomString? It yields something else each time."
_EQUALS = 'Compare with = or <>, as a condition of IIF: IIF([country] = "US", "yes", "no")'
_NEGATED = 'Did you mean Not, or <> between two values? IIF([country] <> "US", "yes", "no")'
_CODE = "Did you mean ConvertToBase64 or ConvertToUTF8Hex? Other codes there are not."
_READ = "An attribute is read by its name in square brackets: [mail]"
_GROUPS = (
    "Expressions know no groups. Assign the group to the application, or ask for an attribute in "
    "a scoping filter."
)
_CHARACTER = "Type the character itself inside of the quotes."
_TRUTH = (
    'Text stands in quotes: "True" or "False". Conditions compare: '
    'IIF([city] = "Reno", "True", "False")'
)
_NONE = "Nothing does this in Entra; do it where the value is kept, or leave it out."

_GROUPED: Final = (
    (
        _JOIN,
        "Concat Concatenate Concat_Ws ConcatWs TextJoin StrCat Combine Merge StringJoin Glue "
        "JoinStrings",
    ),
    (_LOGIC, "And Or Xor All Any Both Either AndAlso OrElse AllOf AnyOf Nor Nand"),
    (_IF, "If Iff IfElse IfThen IfThenElse Cond Ternary When Condition"),
    (_SWITCH, "Case Choose Select Decode Ifs Lookup VLookup XLookup Map Mapping SwitchCase Match"),
    (_TRIM, "Trim LTrim RTrim Strip Clean TrimStart TrimEnd TrimSpaces RemoveSpaces RemoveBlanks"),
    (_MID, "Substring Substr Slice Cut MidB Chop Truncate Trunc LeftStr Take"),
    (_RIGHT, "Right RightStr Tail RightB TakeLast"),
    (
        _DEFAULT,
        "IfEmpty IfNull IfBlank Nvl Nvl2 NullIf IfError Default FirstNonNull FirstNotNull "
        "OrDefault DefaultIfEmpty IfPresent IfNullOrEmpty IfMissing IfNA",
    ),
    (
        _PRESENT,
        "Exists HasValue IsSet IsNotNull IsNotEmpty NotNull NotEmpty IsNotNullOrEmpty Defined "
        "IsDefined IsNotBlank",
    ),
    (_EMPTY, "IsBlank IsEmpty IsNullOrWhiteSpace IsNil IsMissing Empty IsUndefined IsNone"),
    (
        _IN_STR,
        "Contains ContainsAny Includes Find Search IndexOf CharIndex InStrRev StrPos Position "
        "LastIndexOf PatIndex Has Like Locate StringContains IsMatch RegexMatch Matches",
    ),
    (_STARTS, "StartsWith BeginsWith StartWith HasPrefix Sw IsPrefix Starts"),
    (_ENDS, "EndsWith EndWith HasSuffix Ends"),
    (
        _PART,
        "SubstringBefore SubstringAfter TextBefore TextAfter Split_Part SplitPart Before After "
        "GetDomain Domain LocalPart StringBefore StringAfter",
    ),
    (_UPPER, "Upper UpperCase UCase ToUpperCase Upcase ToUpperInvariant Uppercased"),
    (_LOWER, "Lower LowerCase LCase ToLowerCase Downcase ToLowerInvariant CaseFold"),
    (_PROPER, "Proper ProperCase TitleCase ToTitleCase InitCap Capitalize Capitalise ToProper"),
    (_LENGTH, "Length StrLen Size CharLength LenB"),
    (
        _REPLACE,
        "RegexReplace Substitute Translate ReplaceAll Stuff RegExp Regex Remove Delete "
        "RegexExtract ReplaceRegex RegexpReplace Regexp_Replace Gsub Sub RemoveChars StringReplace "
        "ReplaceText Extract",
    ),
    (_FORMAT, "Format FormatString StringFormat Printf Sprintf Text Template Interpolate"),
    (_DATE_PART, "Year Month Day Hour Minute DatePart DateFormat FormatDate ConvertDate WeekDay"),
    (_NOW, "Today GetDate UtcNow CurrentDate CurrentTime Date DateTime SysDate Time GetUtcDate"),
    (_TO_DATE, "ToDate ParseDate DateValue ToDateTime ParseDateTime DateParse StrToDate"),
    (_ADD, "AddDays AddMonths AddYears AddHours DateSub DateAddDays DatePlus EDate"),
    (_DIFFERENCE, "DaysBetween DatedIf DateDifference Age DaysDiff Days"),
    (_TEXT, "Str ToString String CString ToText CVar"),
    (
        _NUMBER,
        "Int CInt CLng CDbl ToInt ToNumber ParseInt ParseFloat Number Val Integer Value Cast",
    ),
    (
        _ARITHMETIC,
        "Add Sum Subtract Minus Multiply Divide Mod Modulo Plus Times Round Floor Ceiling Abs Min "
        "Max Average Power Calc Math",
    ),
    (
        _ITEM,
        "First Last ElementAt Index Get At Nth FirstItem LastItem GetItem Element FirstOrDefault",
    ),
    (_SPLIT, "Explode Tokenize StringSplit SplitString ToArray Split_String"),
    (
        _ACCENTS,
        "RemoveDiacritics RemoveAccents Unaccent Normalize Ascii ToAscii StripAccents "
        "Transliterate StripDiacritics Latinize",
    ),
    (_UNIQUE, "Unique Distinct Dedupe Deduplicate Uniq"),
    (_GUID, "NewGuid Uuid NewId GenerateGuid CreateGuid NewUuid"),
    (_RANDOM, "Rand Random RandBetween RandomNumber GeneratePassword RandomPassword"),
    (_EQUALS, "Equals Equal Eq Is IsEqual StrComp Compare Exact EqualsIgnoreCase"),
    (_NEGATED, "NotEquals NotEqual Ne Negate IsNot IsFalse Neq"),
    (_CODE, "Base64 ToBase64 Base64Encode Encode EncodeBase64 UrlEncode Hex ToHex EncodeUri"),
    (_READ, "GetAttribute Attribute Attr User GetValue Field GetProperty Property Source"),
    (_GROUPS, "IsMemberOf MemberOf IsMemberOfGroup InGroup IsInGroup IsAssigned GetGroups"),
    (NO_VALUE, "Null None Nothing Nil Undefined Blank DbNull Void NA"),
    (_TRUTH, "True False Yes No"),
    (_CHARACTER, "Char Chr Asc Unicode UniChar ChrW NewLine"),
    (
        _NONE,
        "Hash Md5 Sha1 Sha256 Rept Repeat Pad PadLeft PadRight LPad RPad Reverse Sort Filter "
        "ForEach Eval Let Lambda SortBy IsNumeric IsNumber IsDate StrReverse",
    ),
)

_BORROWED: Final[Mapping[str, str]] = MappingProxyType(
    {name.casefold(): hint for hint, names in _GROUPED for name in names.split()}
)
_OWN: Final[Mapping[str, str]] = MappingProxyType({name.casefold(): name for name in FUNCTIONS})

_SHORTEST_SLIP = 5
"""Letters of a name from where on one wrong letter is taken for a slip; Min is no Mid."""


def instead_of_function(name: str) -> str:
    """Return what to use instead of a function that there is not, as a sentence."""
    if own := _OWN.get(name.casefold()):
        return f"Did you mean {own}? Upper and lower case matter."
    if hint := _BORROWED.get(name.casefold()):
        return hint
    if own := _OWN.get(name.casefold().replace("_", "")) or _slip_of(name.casefold()):
        return f"Did you mean {own}?"
    return "Names of functions are listed in Microsoft's reference of expressions."


def _slip_of(name: str) -> str | None:
    """Return the function of whose name one letter is wrong, missing, too many or swapped."""
    if len(name) < _SHORTEST_SLIP:
        return None
    return next((own for folded, own in _OWN.items() if _one_apart(name, folded)), None)


def _one_apart(one: str, other: str) -> bool:
    pairs = enumerate(zip(one, other, strict=False))
    start = next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
    mine, theirs = one[start:], other[start:]
    swapped = theirs[1:2] + theirs[:1] + theirs[2:]
    return mine in (swapped, theirs[1:]) or mine[1:] in (theirs, theirs[1:])
