"""Read side of the evaluation: sums by the database over one month, by the indexes on the instants that decide it.

`servers` the catalogue as it was, `work` runs and due times, `steps` the desks, `surveys` what requesters said,
`unusual` what asks for a person, `issued` what was kept and issued.
"""
