//! A whole scenario folder as one input: files divided by lines `=== name`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let files = trimodal_model::Files::from_bundle(data);
    match trimodal_model::Scenario::from_files(&files) {
        Ok(scenario) => assert!(!scenario.digest().is_empty()),
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in problems {
                assert!(problem.to_string().starts_with("error[TM-"));
            }
        }
    }
});
