//! Runs the pages in `tests/markdown`: one test a page. `cargo test --test markdown -- python/imports`
//! picks pages; `MONTUNO_SECTION=…` picks a section by a part of its title.

use libtest_mimic::{Arguments, Failed, Trial};
use montuno_tests::markdown::Page;

fn main() {
    let arguments = Arguments::from_args();
    let folder = camino::Utf8Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/markdown"));
    let mut pages = Vec::new();
    for language in folder.read_dir_utf8().expect("the folder of the pages is there").flatten() {
        for page in language.path().read_dir_utf8().into_iter().flatten().flatten() {
            pages.push(page.into_path());
        }
    }
    pages.sort();
    let trials = pages.into_iter().map(|path| {
        let name = path.strip_prefix(folder).expect("it is below").with_extension("").into_string();
        Trial::test(name, move || {
            let page = Page::parse(&std::fs::read_to_string(&path)?).map_err(Failed::from)?;
            let only = std::env::var("MONTUNO_SECTION").ok();
            page.run(only.as_deref()).map_err(|failures| Failed::from(format!("{path}\n{failures}")))
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}
