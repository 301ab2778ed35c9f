//! Reading single values; what makes no sense is answered with a line that names the variable.

/// The value, unless it is blank.
pub(super) fn filled(value: &str) -> Option<String> {
    Some(value.trim()).filter(|value| !value.is_empty()).map(str::to_owned)
}

/// The items of a comma-separated list.
pub(super) fn list(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// A host name, lower case.
pub(super) fn host_name(variable: &str, domain: &str) -> Result<String, String> {
    let good = mail::address::is_host_name(domain);
    if good { Ok(domain.to_lowercase()) } else { Err(format!("{variable}: {domain} is not a host name")) }
}

/// A number that fits.
pub(super) fn number<T: std::str::FromStr>(variable: &str, value: &str) -> Result<T, String> {
    value.trim().parse().map_err(|_| format!("{variable}: {value} is not a number in range"))
}

/// `true` or `false`.
pub(super) fn truth(variable: &str, value: &str) -> Result<bool, String> {
    one_of(variable, value, &[("true", true), ("false", false), ("1", true), ("0", false)])
}

/// What one of some words means.
pub(super) fn one_of<T: Copy>(variable: &str, value: &str, known: &[(&str, T)]) -> Result<T, String> {
    let found = known.iter().find(|(name, _)| value.trim().eq_ignore_ascii_case(name));
    let names = || known.iter().map(|(name, _)| *name).filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ");
    found.map(|(_, meaning)| *meaning).ok_or_else(|| format!("{variable}: {value} is none of {}", names()))
}
