//! What a sketch promises.

use super::*;

#[test]
fn x() {
    let mut sketch = Sketch::new([1; 16]);
    sketch.remember("Patient Marta Lindqvist, insulin pump, IBAN DE44 5001 0517 5407 3249 31", Label { party: 1, class: 2 });
    println!("{sketch:?} {:?}", sketch.carried("see DE44500105175407324931", Destination::Outside, "x"));
    println!("{:?}", sketch.carried("patient MARTA-LINDQVIST has an insulin pump", Destination::Outside, "x"));
}
