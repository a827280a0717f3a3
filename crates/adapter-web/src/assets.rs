use rust_embed::{EmbeddedFile, RustEmbed};

/// The files under `assets/`, by their path in it.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/assets"]
struct Files;

/// The file of exactly this name. The name is looked for in the list of files and never joined to a
/// path, so nothing a client writes reaches the file system.
pub(crate) fn find(name: &str) -> Option<EmbeddedFile> {
    let listed = Files::iter().find(|listed| listed == name)?;
    Files::get(&listed)
}

/// Whether a file may be shown under `/assets/`. Pages and the SDK have addresses of their own, and a
/// module that is loaded from two addresses would exist twice.
pub(crate) fn is_part_of_a_page(name: &str) -> bool {
    name.starts_with("app/") || name.starts_with("styles/") || name == "icon.svg"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_names_are_found() {
        assert!(find("index.html").is_some());
        for name in ["", ".", "..", "app", "app/", "/index.html", "../Cargo.toml", "app/../index.html", "app\\main.js"]
        {
            assert!(find(name).is_none(), "{name:?}");
        }
    }

    #[test]
    fn scripts_and_styles_stay_within_their_budget() {
        let weighs = |name: &str| name.ends_with(".js") || name.ends_with(".css");
        let bytes: usize =
            Files::iter().filter(|name| weighs(name)).filter_map(|name| Files::get(&name)).map(|f| f.data.len()).sum();
        assert!(bytes < 150 * 1024, "{bytes} bytes of script and style");
    }

    #[test]
    fn no_file_loads_anything_from_elsewhere() {
        for name in Files::iter() {
            let file = Files::get(&name).unwrap();
            let text = String::from_utf8_lossy(&file.data).replace("http://www.w3.org/", "");
            for address in ["src=\"http", "href=\"http", "src=\"//", "url(http", "from \"http", "import(\"http"] {
                assert!(!text.contains(address), "{name} holds {address}");
            }
        }
    }

    #[test]
    fn nothing_is_inline_in_the_pages() {
        for name in Files::iter().filter(|name| name.ends_with(".html")) {
            let text = String::from_utf8(Files::get(&name).unwrap().data.into_owned()).unwrap();
            for inline in ["<style", " style=", "<script>", " onclick=", "javascript:"] {
                assert!(!text.contains(inline), "{name} holds {inline}");
            }
        }
    }
}
