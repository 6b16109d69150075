SELECT * FROM screen.debt_history WHERE answer_no = 1
