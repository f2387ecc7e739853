//! Names as engines write them, `/FOLDER/NAME`, and as people read them.

/// The bare name at the end of a path: `/A/AGT1` is `AGT1`.
pub(crate) fn bare(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A folder with a leading and without a trailing slash; the root is `/`.
pub(crate) fn folder(path: &str) -> String {
    let inner = path.trim_matches('/');
    if inner.is_empty() { "/".to_owned() } else { format!("/{inner}") }
}

/// The folder part of a path: `/A/B/NAME` is in `/A/B`.
pub(crate) fn folder_of(path: &str) -> String {
    path.rsplit_once('/').map_or_else(|| "/".to_owned(), |(parent, _)| folder(parent))
}

/// `WORKSTATION#/FOLDER/STREAM`, from a bare workstation and a folder as [`folder`] writes it.
pub(crate) fn stream_key(workstation: &str, folder: &str, stream: &str) -> String {
    let folder = folder.trim_end_matches('/');
    format!("{workstation}#{folder}/{stream}")
}

/// `WORKSTATION#/FOLDER/STREAM.JOB`.
pub(crate) fn job_key(workstation: &str, folder: &str, stream: &str, job: &str) -> String {
    format!("{}.{job}", stream_key(workstation, folder, stream))
}

/// Workstation and rest of `/F/WS#/F/NAME`; the workstation may be missing.
pub(crate) fn split_workstation(path: &str) -> (Option<&str>, &str) {
    match path.split_once('#') {
        Some((workstation, rest)) => (Some(bare(workstation)), rest),
        None => (None, path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_names_folders_and_keys() {
        assert_eq!((bare("/A/AGT1"), bare("AGT1"), bare("/AGT1")), ("AGT1", "AGT1", "AGT1"));
        for (given, kept) in
            [("/PAYROLL/", "/PAYROLL"), ("PAYROLL", "/PAYROLL"), ("/", "/"), ("", "/"), ("/A/B/", "/A/B")]
        {
            assert_eq!(folder(given), kept);
        }
        assert_eq!(
            (folder_of("/A/B/JS"), folder_of("/JS"), folder_of("JS")),
            ("/A/B".into(), "/".into(), "/".into())
        );
        assert_eq!(job_key("AGT", "/", "JS", "J"), "AGT#/JS.J");
        assert_eq!(job_key("AGT", "/A/B", "JS", "J"), "AGT#/A/B/JS.J");
        assert_eq!(split_workstation("/F/WS#/RES"), (Some("WS"), "/RES"));
        assert_eq!(split_workstation("/RES"), (None, "/RES"));
    }
}
